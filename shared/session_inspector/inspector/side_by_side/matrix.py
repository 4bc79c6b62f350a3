"""Which cookie went where: a row for each name, a cell for each server."""

from dataclasses import dataclass

from session_inspector.inspector.observed.cookie_jar import Held
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import owners_of
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant


@dataclass(frozen=True)
class Cell:
    """``seen`` is what the servers recorded, ``inferred`` what follows from it by the browsers' rules."""

    server: Participant
    mark: str  # ``yes``: it went there; ``no``: it did not; ``unknown``: nothing was asked
    seen: list[tuple[str, Entry | None]]  # words, and the entry that shows it or None
    inferred: Statement | None = None


@dataclass(frozen=True)
class CookieRow:
    """Of all cookies of one name. ``in_devtools`` is what the browser must show of it, as far as servers can tell."""

    name: str
    is_of_session: bool
    cells: list[Cell]
    in_devtools: list[tuple[Participant, Statement]]


@dataclass(frozen=True)
class Matrix:
    """The session cookies, and all others."""

    of_sessions: list[CookieRow]
    others: list[CookieRow]


def matrix_of(columns: list[Column]) -> Matrix:
    """Those of the participants first, in their order."""
    names = dict.fromkeys(name for column in columns for name in ordered(column))
    rows = [row_of(name, columns) for name in names]
    return Matrix([row for row in rows if row.is_of_session], [row for row in rows if not row.is_of_session])


def row_of(name: str, columns: list[Column]) -> CookieRow:
    holding = [(column, column.cookies[name]) for column in columns if name in column.cookies]
    return CookieRow(
        name,
        any(held.cookie.role == "session" for _, held in holding),
        [cell_of(name, column, columns) for column in columns],
        [(column.server, in_devtools(held)) for column, held in holding if not (column.is_guess or held.replaced)],
    )


def in_devtools(held: Held) -> Statement:
    if not held.is_kept:
        return Statement("no cookie of that name", (held.newest,), Rule.COOKIES)
    said = [f"{held.cookie.value.starts}…", *(held.attributes_in_short if held.last_set else ())]
    return Statement(" · ".join(said), (held.newest,), Rule.COOKIES)


def ordered(column: Column) -> list[str]:
    own = [name for name, held in column.cookies.items() if column.server in owners_of(name)]
    return sorted(own, key=lambda name: column.cookies[name].cookie.role != "session") + list(column.cookies)


def cell_of(name: str, column: Column, columns: list[Column]) -> Cell:
    held = column.cookies.get(name)
    if held and held.refused and not held.last_set:
        return Cell(column.server, "no", [("set", held.seen)], refused_by_browser(held.refused))
    if held:
        return Cell(column.server, "yes", seen_of(held))
    elsewhere = [other.cookies[name] for other in columns if name in other.cookies]
    reason = why_not_sent(elsewhere, column.server)
    since = min(held.seen.at for held in elsewhere)
    if not column.is_guess and any(entry.at > since for entry in column.requests):
        return Cell(column.server, "no", [("not sent", None)], reason)
    return Cell(column.server, "unknown", [("nothing asked since", None)], reason)


def refused_by_browser(why: Statement) -> Statement:
    return Statement("refused by the browser", why.entries, why.rule)


def seen_of(held: Held) -> list[tuple[str, Entry | None]]:
    seen = [
        ("set", held.first_set),
        ("new value", held.new_value),
        ("sent", held.sent),
        ("told to forget it", held.forgotten),
        ("replaced by another server", held.replaced),
        ("came no more", held.missing),
    ]
    return [(words, entry) for words, entry in seen if entry]


def why_not_sent(elsewhere: list[Held], server: Participant) -> Statement | None:
    """A browser sends a cookie to the host that set it, unless that has named a domain (RFC 6265, section 5.4)."""
    owners = owners_of(elsewhere[0].cookie.name)
    goes_further = any("domain" in held.attributes for held in elsewhere)
    if goes_further or not owners or any(owner.host == server.host for owner in owners):
        return None
    return Statement("another host", resting_on(held.last_set or held.seen for held in elsewhere), Rule.HOST)
