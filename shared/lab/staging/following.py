"""What of a stage was done, from the entries of one visitor."""

from collections.abc import Sequence

from lab.staging.acts import Act
from session_inspector.journal.schema import Entry


def entries_of_steps(steps: Sequence[Act], entries: Sequence[Entry]) -> list[Entry]:
    """For each step that was done, in their order, the entry that shows it: the first one after that of the step
    before. The entries are given in the order in which they were written."""
    found: list[Entry] = []
    rest = iter(entries)
    for step in steps:
        entry = next((one for one in rest if step.is_shown_by(one)), None)
        if entry is None:
            break
        found.append(entry)
    return found
