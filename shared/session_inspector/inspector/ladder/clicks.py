"""How the clicks lie on the page: the newest is open, the one before it is a line, all others are behind one count.

So the newest click starts at the same height after five clicks and after five hundred.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from session_inspector.inspector.ladder.filters import Filter
from session_inspector.inspector.ladder.labels import request_in_short
from session_inspector.inspector.ladder.messages import messages_of
from session_inspector.inspector.ladder.sentences import of_step
from session_inspector.inspector.ladder.steps import Ladder, Step
from session_inspector.inspector.observed.queries import state_of_journal
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.participant import Participant


@dataclass
class Click:
    """A step as it is shown: with the rungs that pass the filter. ``alike`` are earlier clicks that were the same. A
    page that asks for news has the click already if it ``is_known``: then only its place is given."""

    step: Step
    rungs: list[Rung]
    alike: list["Click"] = field(default_factory=list)
    is_known: bool = False
    is_open: bool = False

    @property
    def id(self) -> int:
        return self.step.id

    @property
    def began(self) -> datetime:
        return self.step.first.entry.at

    @property
    def server(self) -> Participant:
        return self.step.first.server

    @property
    def sentence(self) -> str:
        return of_step(self.step)

    @property
    def in_short(self) -> str:
        """Of one exchange what was asked, which tells it from others with the same sentence; else how many messages."""
        first = self.step.first
        if self.step.rungs == [first] and not first.is_change and not first.inside:
            return request_in_short(first)
        number = len(messages_of(self.step))
        return f"{number} messages" if number > 1 else "1 message"

    @property
    def is_open_inside(self) -> bool:
        return self.is_open or any(one.is_open for one in self.alike)

    @property
    def alike_known(self) -> str:
        """Their ids, where the page has them all."""
        return " ".join(str(one.id) for one in self.alike) if all(one.is_known for one in self.alike) else ""

    @property
    def alike_since(self) -> datetime:
        return self.alike[0].began


@dataclass(frozen=True)
class Clicks:
    """The oldest first. ``folded`` are behind the count."""

    folded: list[Click]
    last: Click | None
    newest: Click | None

    @property
    def number(self) -> int:
        return len(self.folded) + self.equal

    @property
    def equal(self) -> int:
        """How many of them stand with a later one that was the same."""
        return sum(len(click.alike) for click in self.folded)

    @property
    def since(self) -> datetime:
        return min(one.began for click in self.folded for one in (click, *click.alike))

    @property
    def is_open(self) -> bool:
        return any(click.is_open_inside for click in self.folded)


def clicks_of(ladder: Ladder, shown: Filter, has: str = "", entry_id: int | None = None) -> Clicks:
    """``has`` is the state of the journal of which the page has everything, ``entry_id`` an entry whose click is to be
    open."""
    known = known_of(ladder.steps, has)
    every = [
        Click(step, rungs, is_known=step.id in known, is_open=entry_id in step.ids)
        for step in ladder.steps
        if (rungs := shown.rungs_of(step))
    ]
    newest = every.pop() if every else None
    last = every.pop() if every else None
    if newest:
        newest.is_open = True
    return Clicks(with_alike(every), last, newest)


def with_alike(clicks: Iterable[Click]) -> list[Click]:
    """Each click that was the same as a later one stands with the latest of them."""
    latest: dict[tuple[object, ...], Click] = {}
    for click in clicks:
        what = (click.sentence, *likeness(click.step.rungs))
        before = latest.pop(what, None)
        if before:
            click.alike, before.alike = [*before.alike, before], []
        latest[what] = click
    return list(latest.values())


def likeness(rungs: Iterable[Rung]) -> list[tuple[object, ...]]:
    """What two clicks have in common that are the same: the same messages between the same servers, whatever values
    they carried."""
    every = [one for rung in rungs for one in rung.with_all_inside]
    return [
        (rung.server.name, rung.change.what)
        if rung.is_change
        else (rung.server.name, rung.is_guess, rung.message.method, rung.message.path, rung.message.status)
        for rung in every
    ]


def known_of(steps: Iterable[Step], has: str) -> set[int]:
    """The ids of the steps that are as they were in that state of the journal.

    Whatever happened later than the earliest new entry may look otherwise because of it: which cookies the browser
    had, whom Identity told.
    """
    file, _, newest = has.rpartition("-")
    is_same_file = state_of_journal().rpartition("-")[0] == file
    if not is_same_file or not newest.isdecimal():
        return set()
    every = list(steps)
    fresh = [entry.at for step in every for entry in step.entries if entry.id > int(newest)]
    since = min(fresh, default=None)
    return {step.id for step in every if since is None or all(at < since for at in step.times)}
