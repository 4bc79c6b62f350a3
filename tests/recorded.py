"""What a test finds in the journal, and how it lets the inspector's settings be others."""

from session_inspector.journal.database import execute
from session_inspector.journal.queries import entries
from session_inspector.journal.schema import COLUMNS, Entry, as_row


def recorded() -> list[Entry]:
    """All entries, the oldest first."""
    return entries("TRUE ORDER BY id")


def number_of_entries() -> int:
    """With those that cannot be read."""
    return execute("SELECT count(*) FROM journal_entry")[0][0]


def the_only_entry() -> Entry:
    (entry,) = recorded()
    return entry


def rewrite(entry: Entry, **changed) -> None:
    """Let an entry be another than it was recorded."""
    for name, value in changed.items():
        setattr(entry, name, value)
    execute(f"UPDATE journal_entry SET {' = %s, '.join(COLUMNS)} = %s WHERE id = %s", *as_row(entry), entry.id)


def configure(settings, **changed) -> None:
    """Let ``SESSION_INSPECTOR`` have other values, by the names of ``Configuration``'s fields."""
    names = {name.upper(): value for name, value in changed.items()}
    settings.SESSION_INSPECTOR = {**settings.SESSION_INSPECTOR, **names}
