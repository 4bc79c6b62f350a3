"""What a person says was done that no server can see, as that the browser was closed.

It is kept here, with the visitor and the newest entry of that moment, because the inspector has no cookie, and because
the tab and its address go with the browser.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from session_inspector.journal.database import execute
from session_inspector.journal.queries import last_id


@dataclass(frozen=True)
class Said:
    """``entry`` is the id of the newest entry when it was said."""

    what: str
    entry: int
    at: datetime


def say(visitor: str, what: str, at: datetime) -> None:
    """Keep it; what was said of the same visitor before is replaced."""
    execute(
        "INSERT INTO journal_said (visitor, what, entry, at) VALUES (%s, %s, %s, %s) ON CONFLICT (visitor, what)"
        " DO UPDATE SET entry = excluded.entry, at = excluded.at, rowid = excluded.rowid",
        *(visitor, what, last_id(), at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")),
    )


def said_of(visitor: str, what: str) -> Said | None:
    """The newest, also of a visitor who turned out to be that one."""
    whose = "visitor = %s OR visitor IN (SELECT visitor FROM journal_alias WHERE now = %s)"
    which = f"what = %s AND ({whose}) ORDER BY entry DESC LIMIT 1"
    found = execute(f"SELECT entry, CAST(at AS text) FROM journal_said WHERE {which}", what, visitor, visitor)
    return next((Said(what, entry, datetime.fromisoformat(at).replace(tzinfo=UTC)) for entry, at in found), None)
