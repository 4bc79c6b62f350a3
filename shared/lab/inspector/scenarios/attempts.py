"""What was predicted and observed, kept beside the journal's entries: an attempt is one person's try at one stage.

It stays when the journal's entries are emptied, unless somebody wants it forgotten, too.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from lab.staging.parts import Option, Question
from session_inspector.inspector.viewer import viewer
from session_inspector.journal.database import execute, insert, make_table
from session_inspector.journal.queries import last_id

TABLE = "lab_attempt", "scenario text NOT NULL, stage text NOT NULL, content text NOT NULL"
MAX_LISTED = 1000  # attempts that one tally or export looks at, the newest

Answers = Mapping[str, str]  # the name of a question: the name of an option, or an outcome


@dataclass(frozen=True)
class Attempt:
    """``predicted`` and ``shown`` name an option of each question, ``saw`` an outcome; the last two are empty until the
    person has said what they saw. ``since`` is the newest entry of the journal when it began, ``evidence`` the entries
    that the verdict rests on. ``run`` is the number of the run, ``at`` an ISO time in UTC, ``visitor`` who predicted,
    where the address says it."""

    run: int
    scenario: str
    stage: str
    at: str
    since: int
    predicted: Answers
    is_sure: bool
    saw: Answers
    shown: Answers
    evidence: tuple[int, ...]
    visitor: str = ""
    id: int = 0

    @property
    def is_over(self) -> bool:
        return bool(self.saw)

    @property
    def locked_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def begin(run: int, scenario: str, stage: str, predicted: Answers, is_sure: bool, at: datetime) -> Attempt:
    make_table(*TABLE)
    visitor = viewer().visitor
    attempt = Attempt(run, scenario, stage, at.isoformat(), last_id(), predicted, is_sure, {}, {}, (), visitor)
    sql = "INSERT INTO lab_attempt (scenario, stage, content) VALUES (%s, %s, %s)"
    return replace(attempt, id=insert(sql, scenario, stage, as_json(attempt)))


def finish(attempt: Attempt, saw: Answers, shown: Answers, evidence: tuple[int, ...]) -> None:
    """The first answer stands."""
    over = replace(attempt, saw=saw, shown=shown, evidence=evidence)
    sql = "UPDATE lab_attempt SET content = %s WHERE id = %s AND content = %s"
    execute(sql, as_json(over), attempt.id, as_json(attempt))


def as_json(attempt: Attempt) -> str:
    return json.dumps({name: value for name, value in asdict(attempt).items() if name != "id"})


def attempt_with(number: int) -> Attempt | None:
    return next(seen("id = %s", number), None)


def of_stage(scenario: str, stage: str) -> list[Attempt]:
    """Everybody's, to be counted."""
    return list(found("scenario = %s AND stage = %s", scenario, stage))


def waiting(run: int) -> Attempt | None:
    """The newest of that run whose verdict nobody has seen."""
    return next((one for one in all_attempts() if one.run == run and not one.is_over), None)


def all_attempts() -> list[Attempt]:
    return list(seen("TRUE"))


def seen(which: str, *values: object) -> Iterator[Attempt]:
    """Of those that ``which`` describes, the ones that the viewer may see."""
    return (one for one in found(which, *values) if viewer().may_see(one.visitor))


def found(which: str, *values: object) -> Iterator[Attempt]:
    """The newest first."""
    make_table(*TABLE)
    sql = f"SELECT id, content FROM lab_attempt WHERE {which} ORDER BY id DESC LIMIT {MAX_LISTED}"
    for number, content in execute(sql, *values):
        said = json.loads(content)
        yield Attempt(**{**said, "evidence": tuple(said["evidence"]), "id": number})


def counted(attempts: list[Attempt], question: Question) -> list[tuple[Option, int]]:
    """How often each option was predicted."""
    number = Counter(one.predicted.get(question.name) for one in attempts)
    return [(option, number[option.name]) for option in question.options]


def newest_of_stages() -> dict[tuple[str, str], Attempt]:
    """Of each stage that somebody has tried to the end, the newest."""
    return {(one.scenario, one.stage): one for one in reversed(all_attempts()) if one.is_over}


def forget_all() -> None:
    make_table(*TABLE)
    execute("DELETE FROM lab_attempt")
