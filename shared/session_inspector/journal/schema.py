"""What an entry is, and how it lies in the journal's one table."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import UnionType
from typing import Any


class Kind(StrEnum):
    EXCHANGE = "exchange"
    SESSION_CHANGE = "session change"


@dataclass
class Entry:
    """An exchange (one HTTP request with its response) or a session change that no such request caused.

    ``sent_key`` and ``set_key`` are fingerprints of the session key that came with the request and of the one that
    the server keeps afterwards; ``csrf`` that of the CSRF cookie, which stays in the browser when a session ends;
    ``jar`` names the browser as this server alone knows it, by its cookies; ``journey`` the sign-in that the exchange
    is part of, and ``visitor`` the browser at all servers, joined by journeys. Each of them is empty where nothing
    told. Everything else is in ``content``, redacted.

    ``id`` is 0 until the entry is written. ``perhaps_of`` is not written: the sign-in that an exchange belongs to, if
    there is one of that name, since whoever invents a state began none.
    """

    at: datetime
    server: str
    kind: Kind
    journey: str = ""
    jar: str = ""
    visitor: str = ""
    sent_key: str = ""
    set_key: str = ""
    csrf: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    perhaps_of: str = ""


COLUMNS = ("at", "server", "kind", "journey", "jar", "visitor", "sent_key", "set_key", "csrf", "content")

# One step for each version of the table; the first also fits what Django's migrations made of it before.
UPGRADES = (
    (
        "CREATE TABLE IF NOT EXISTS journal_entry ("
        " id integer NOT NULL PRIMARY KEY AUTOINCREMENT, at datetime NOT NULL, server varchar(20) NOT NULL,"
        " kind varchar(20) NOT NULL, journey varchar(32) NOT NULL, jar varchar(16) NOT NULL,"
        " visitor varchar(16) NOT NULL, sent_key varchar(16) NOT NULL, set_key varchar(16) NOT NULL,"
        " csrf varchar(16) NOT NULL, content text NOT NULL)",
        # Each index answers one question: what came with this key, what led to it, ...
        "CREATE INDEX IF NOT EXISTS by_sent_key ON journal_entry (server, sent_key, id)",
        "CREATE INDEX IF NOT EXISTS by_set_key ON journal_entry (server, set_key, id)",
        "CREATE INDEX IF NOT EXISTS by_csrf ON journal_entry (server, csrf, id)",
        "CREATE INDEX IF NOT EXISTS by_jar ON journal_entry (jar, id)",
        "CREATE INDEX IF NOT EXISTS by_journey ON journal_entry (journey, id)",
        "CREATE INDEX IF NOT EXISTS by_visitor ON journal_entry (visitor, server, id)",
    ),
    # What is kept of a masked value was {"starts", "print"} in version 1.
    ("""UPDATE journal_entry SET content = replace(content, '", "print": "', '", "fingerprint": "')""",),
)

# What the content of every entry has, by name and type.
Form = dict[str, type | UnionType]
OF_CHANGE: Form = {"what": str, "row": dict}
OF_CALL: Form = {
    "channel": str, "method": str, "path": str, "query": list, "form": list, "cookies": list, "more_cookies": int,
    "status": int | None, "ms": int | float,
}  # fmt: skip
OF_EXCHANGE: Form = OF_CALL | {
    "status": int, "headers": dict, "set_cookies": list, "type": str, "before": dict | None, "after": dict | None,
    "user": dict | None,
}  # fmt: skip


class Unreadable(Exception):
    """A row that no recorder of this version can have written."""


def as_row(entry: Entry) -> tuple:
    """The values of ``COLUMNS``. Times are UTC, without saying so."""
    at = entry.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return (at, *(getattr(entry, name) for name in COLUMNS[1:-1]), json.dumps(entry.content))


def entry_of(row: tuple) -> Entry:
    """The entry of a row: its id, then the values of ``COLUMNS``.

    Raises ``Unreadable``.
    """
    values = dict(zip(("id", *COLUMNS), row, strict=True))
    try:
        values |= {
            "at": datetime.fromisoformat(values["at"]).replace(tzinfo=UTC),
            "kind": Kind(values["kind"]),
            "content": json.loads(values["content"]),
        }
        entry = Entry(**values)
    except (TypeError, ValueError) as error:
        raise Unreadable from error
    if not is_well_formed(entry):
        raise Unreadable
    return entry


def is_well_formed(entry: Entry) -> bool:
    if not isinstance(entry.content, dict):
        return False
    form = OF_CHANGE
    if entry.kind == Kind.EXCHANGE:
        form = OF_CALL if "to" in entry.content else OF_EXCHANGE
    return all(isinstance(entry.content.get(name, ...), kind) for name, kind in form.items())
