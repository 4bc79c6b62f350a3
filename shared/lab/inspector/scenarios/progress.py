"""Where an attempt is: which steps the servers have seen, and what they showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lab.inspector.scenarios.attempts import Attempt, counted, of_stage
from lab.staging.acts import Act, is_of_curl
from lab.staging.following import entries_of_steps
from lab.staging.parts import Option, Question, Stage, Verdict
from session_inspector.inspector.exchange.messages import ExchangeDetail, detail_of
from session_inspector.inspector.observed.queries import after, agent_of, is_of_browser, with_ids
from session_inspector.inspector.seen import Seen
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Entry, Measurement, OfNoMessage, SessionChange

MAX_LOOKED_AT = 2000  # entries since the attempt began


@dataclass(frozen=True)
class Row:
    """A step, and the entry that shows it."""

    step: Act
    entry: Entry | None
    is_next: bool


@dataclass(frozen=True)
class Answered:
    """One question with what was predicted, seen by the person, and shown by the servers: None where that is none of
    the options."""

    question: Question
    predicted: Option | None
    saw: str
    shown: Option | None

    @property
    def is_as_predicted(self) -> bool:
        return self.predicted is not None and self.predicted == self.shown

    @property
    def is_as_seen(self) -> bool:
        return self.shown is not None and self.saw == self.shown.outcome


@dataclass(frozen=True)
class Counted:
    """How many predicted an option."""

    option: Option
    number: int
    is_mine: bool
    is_shown: bool


@dataclass(frozen=True)
class Tally:
    question: Question
    counted: tuple[Counted, ...]


def entries_since(attempt: Attempt, seen: Seen) -> list[Entry]:
    """What browsers with the User-Agent of the one that asks did in the attempt's run, and ``curl``, with what became
    of rows otherwise and what was measured, the oldest first; of one visitor only, where the address names one.

    Whose a request without a cookie is, or one with a cookie that a stage makes clash, nothing but that can tell.
    """
    found = [one for one in after(attempt.since, MAX_LOOKED_AT) if writer_of(one).run == str(attempt.run)]
    if seen.is_asked_for:
        return [one for one in found if one.visitor in seen.visitor.names]
    return [one for one in found if is_of_no_browser(one) or is_of_this(one, seen.visitor.agent)]


def is_of_no_browser(entry: Entry) -> bool:
    return isinstance(entry.record, SessionChange | OfNoMessage)


def is_of_this(entry: Entry, agent: str) -> bool:
    return is_of_browser(entry) and (agent_of(entry) == agent or is_of_curl(entry))


def rows_of(steps: Sequence[Act], entries: Sequence[Entry]) -> list[Row]:
    shown = entries_of_steps(steps, entries)
    at = shown.index(None) if None in shown else len(shown)
    return [Row(step, entry, is_next=place == at) for place, (step, entry) in enumerate(zip(steps, shown, strict=True))]


def verdict_of(stage: Stage, entries: Sequence[Entry]) -> Verdict | None:
    """None while not all steps are done."""
    shown = [entry for entry in entries_of_steps(stage.steps, entries) if entry]
    return stage.check(shown) if len(shown) == len(stage.steps) else None


def answered_at(stage: Stage, attempt: Attempt) -> list[Answered]:
    return [
        Answered(
            question,
            question.option(attempt.predicted.get(question.name, "")),
            attempt.saw.get(question.name, ""),
            question.option(attempt.shown.get(question.name, "")),
        )
        for question in stage.questions
    ]


def tallies_of(attempt: Attempt, answers: list[Answered]) -> list[Tally]:
    """What was predicted at that stage, by everybody who has tried it to the end."""
    attempts = [one for one in of_stage(attempt.scenario, attempt.stage) if one.is_over]
    return [
        Tally(
            one.question,
            tuple(
                Counted(option, number, option == one.predicted, option == one.shown)
                for option, number in counted(attempts, one.question)
            ),
        )
        for one in answers
    ]


def kept_of(attempt: Attempt) -> list[Entry]:
    """Those of the verdict's entries that are still in the journal, the oldest first."""
    return [one for _, one in sorted(with_ids(attempt.evidence).items())]


def ends_at(stage: Stage, attempt: Attempt, kept: Sequence[Entry]) -> list[tuple[str, datetime]]:
    """What ends when, the first first; nothing where the stage is not about that, or its entries are gone."""
    ends = stage.ends(kept) if stage.ends and len(kept) == len(attempt.evidence) else {}
    return sorted(ends.items(), key=lambda one: one[1])


def evidence_of(kept: Sequence[Entry]) -> tuple[list[ExchangeDetail], list[Measurement]]:
    """Messages, and what was measured."""
    measured = [one.record for one in kept if isinstance(one.record, Measurement)]
    return [detail_of(one) for one in kept if not isinstance(one.record, OfNoMessage)], measured
