"""The messages of some clicks one after the other, as one steps through them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from session_inspector.inspector.ladder.steps import Step
from session_inspector.inspector.observed.rungs import Rung


class Part(StrEnum):
    """Which message of its rung it is. A plain call is one message, there and ``BOTH`` ways; a ``NOTE`` is no message
    between two lanes."""

    REQUEST = "request"
    ANSWER = "answer"
    BOTH = "both"
    NOTE = "note"


@dataclass(frozen=True)
class Message:
    step: Step
    rung: Rung
    part: Part

    @property
    def direction(self) -> str:
        """As the stylesheet names it."""
        ways = {Part.REQUEST: self.rung.direction, Part.ANSWER: self.rung.direction_back, Part.BOTH: "both"}
        return ways.get(self.part, "")

    @property
    def is_back(self) -> bool:
        return self.rung.is_call or self.rung.is_by_logout_token

    @property
    def colour(self) -> int:
        return self.rung.asked.colour if self.rung.is_call and self.rung.asked else self.rung.server.colour


def messages_of(step: Step) -> list[Message]:
    return [Message(step, rung, part) for outer in step.rungs for rung, part in parts_of(outer)]


def messages_in(steps: Iterable[Step]) -> list[Message]:
    return [message for step in steps for message in messages_of(step)]


def parts_of(rung: Rung) -> list[tuple[Rung, Part]]:
    """In the order in which they went: what a server asked meanwhile is between a request and its answer."""
    if rung.is_by_logout_token:
        return [(rung, Part.REQUEST if rung.is_drawn else Part.NOTE)]
    if rung.is_change or not rung.is_drawn:
        return [(rung, Part.NOTE)]
    if rung.is_call and rung.is_plain_call:
        return [(rung, Part.BOTH)]
    inside = [part for call in rung.inside for part in parts_of(call)]
    return [(rung, Part.REQUEST), *inside, (rung, Part.ANSWER)]
