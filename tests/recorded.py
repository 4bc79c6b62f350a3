"""What a test finds in the journal, and how it lets the inspector's settings be others."""

from session_inspector.journal.queries import entries
from session_inspector.journal.schema import Entry


def recorded() -> list[Entry]:
    """All entries, the oldest first."""
    return entries("TRUE ORDER BY id")


def configure(settings, **changed) -> None:
    """Let ``SESSION_INSPECTOR`` have other values, by the names of ``Configuration``'s fields."""
    names = {name.upper(): value for name, value in changed.items()}
    settings.SESSION_INSPECTOR = {**settings.SESSION_INSPECTOR, **names}
