"""What of a stage was done, from the entries of one visitor."""

from collections.abc import Sequence

from lab.staging.acts import Act, Answer, IsTold, Manage, Press
from lab.staging.parts import Scenario, Stage
from session_inspector.journal.schema import Entry

Decisive = Press | Answer | Manage


def entries_of_steps(steps: Sequence[Act], entries: Sequence[Entry]) -> list[Entry | None]:
    """For each step the entry that shows it; None from the first one on that was not done.

    It is the first one after that of the step before. An entry is written when its answer is ready: that of a button
    whose answer nobody waits for may come after those of the next steps. What Identity tells the sites comes in any
    order.
    """
    found: list[Entry | None] = []
    before = told = 0  # the last entry of what was done, and of what followed by itself
    used = set[int]()
    for step in steps:
        since = before if isinstance(step, IsTold) else max(before, told)
        entry = next((one for one in entries if one.id > since and one.id not in used and step.is_shown_by(one)), None)
        found.append(entry)
        used |= {entry.id} if entry else set()
        if is_left(step):
            continue
        if entry is None:
            break
        before, told = (before, max(told, entry.id)) if isinstance(step, IsTold) else (entry.id, told)
    return found + [None] * (len(steps) - len(found))


def is_left(step: Act) -> bool:
    return isinstance(step, Press) and step.is_left


def done_otherwise(scenario: Scenario, stage: Stage, entries: Sequence[Entry]) -> Stage | None:
    """The other stage of which somebody did what this one does not ask for: sent its form, or ran its command."""
    own = [step for step in stage.steps if isinstance(step, Decisive)]
    for entry in entries:
        if not any(step.is_shown_by(entry) for step in own):
            for other in scenario.stages:
                if any(isinstance(step, Decisive) and step.is_shown_by(entry) for step in other.steps):
                    return other
    return None
