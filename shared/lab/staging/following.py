"""What of a stage was done, from the entries of one visitor."""

from collections.abc import Sequence

from lab.staging.acts import Act, Press
from session_inspector.journal.schema import Entry


def entries_of_steps(steps: Sequence[Act], entries: Sequence[Entry]) -> list[Entry | None]:
    """For each step the entry that shows it; None from the first one on that was not done.

    It is the first one after that of the step before. An entry is written when its answer is ready: that of a button
    whose answer nobody waits for may come after those of the next steps.
    """
    found: list[Entry | None] = []
    before, used = 0, set[int]()
    for step in steps:
        entry = next((one for one in entries if one.id > before and one.id not in used and step.is_shown_by(one)), None)
        found.append(entry)
        used |= {entry.id} if entry else set()
        if isinstance(step, Press) and step.is_left:
            continue
        if entry is None:
            break
        before = entry.id
    return found + [None] * (len(steps) - len(found))
