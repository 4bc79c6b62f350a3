"""What a test finds in the journal, and how it lets the inspector's settings be others."""

import json
from dataclasses import replace
from typing import Any

import pytest

from session_inspector.journal.database import execute
from session_inspector.journal.queries import entries
from session_inspector.journal.schema import COLUMNS, Entry, as_row

# For tests whose journal lies in a file, and again in PostgreSQL: of one module, as its ``pytestmark``.
IN_EACH_ENGINE = pytest.mark.parametrize("journal_place", ["journal_file", "journal_address"], indirect=True)


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
    """Let an entry be another than it was recorded, by the fields of ``Entry`` or of its record."""
    of_entry = {name: changed.pop(name) for name in list(changed) if name in vars(entry)}
    for name, value in of_entry.items():
        setattr(entry, name, value)
    entry.record = replace(entry.record, **changed)
    execute(f"UPDATE journal_entry SET {' = %s, '.join(COLUMNS)} = %s WHERE id = %s", *as_row(entry), entry.id)


def spoil(entry: Entry, **columns) -> None:
    """Let the row of an entry be one that no recorder writes; its content is given as what JSON says."""
    for name, value in columns.items():
        written = json.dumps(value) if name == "content" else value
        execute(f"UPDATE journal_entry SET {name} = %s WHERE id = %s", written, entry.id)


def content_of(entry: Entry) -> dict[str, Any]:
    """What its row has as content."""
    return json.loads(execute("SELECT content FROM journal_entry WHERE id = %s", entry.id)[0][0])


def configure(settings, **changed) -> None:
    """Let ``SESSION_INSPECTOR`` have other values, by the names of ``Configuration``'s fields."""
    names = {name.upper(): value for name, value in changed.items()}
    settings.SESSION_INSPECTOR = {**settings.SESSION_INSPECTOR, **names}
