"""The first ten minutes: what to click, what to watch for, and whether it was seen already."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.servers import IDENTITY, SITE_A, SITE_B, Server
from session_inspector.explain.values import values_in
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.side_by_side.sentences import certain
from session_inspector.journal.schema import Entry, Exchange


@dataclass(frozen=True)
class Step:
    title: str
    do: str  # what to click
    server: Server
    path: str
    place: str  # what the page at that path is called
    watch: str
    seen_in: Callable[[list[Column]], Entry | None]


def at(columns: list[Column], server: Server) -> Column | None:
    """None where that server has not begun yet."""
    return next((column for column in columns if column.server.name == server.name), None)


def requests_at(columns: list[Column], server: Server) -> list[Entry]:
    column = at(columns, server)
    return column.requests if column else []


def two_requests(columns: list[Column]) -> Entry | None:
    return second(requests_at(columns, SITE_A)) or a_cookie(columns)


def second(entries: list[Entry]) -> Entry | None:
    return entries[1] if len(entries) > 1 else None


def a_cookie(columns: list[Column]) -> Entry | None:
    column = at(columns, SITE_A)
    held = column.cookies.values() if column else ()
    return next((one.seen for one in held if one.cookie.role == "session"), None)


def found_again(columns: list[Column]) -> Entry | None:
    return first(requests_at(columns, SITE_A), lambda exchange: exchange.before)


def a_value(columns: list[Column]) -> Entry | None:
    return first(requests_at(columns, SITE_A), lambda exchange: "language" in values_in(exchange.after))


def first(entries: list[Entry], shows: Callable[[Exchange], object]) -> Entry | None:
    return next((entry for entry in entries if shows(entry.exchange)), None)


def a_user(columns: list[Column]) -> Entry | None:
    known = (was_known(column) for column in columns if column.server.name != IDENTITY.name)
    return next(filter(None, known), None)


def three_servers(columns: list[Column]) -> Entry | None:
    known = [was_known(at(columns, server)) for server in (IDENTITY, SITE_A, SITE_B)]
    return max(filter(None, known), key=lambda entry: entry.id) if all(known) else None


def was_known(column: Column | None) -> Entry | None:
    """The exchange in which that server began to know the visitor, or the one that shows that it does."""
    if column is None:
        return None
    return column.history.signed_in or (column.row_seen if column.recognised else None)


STEPS = [
    Step(
        "HTTP has no memory",
        "Open site A, and reload it",
        SITE_A,
        "/",
        "its front page",
        "Two requests, no cookie, no row. Nothing says that both were yours.",
        two_requests,
    ),
    Step(
        "A cookie carries a key",
        "Choose “A page that stores a value”",
        SITE_A,
        "/begin/",
        "“When does a session begin?”",
        "One answer sets site_a_session: a random key, and a row of that name.",
        a_cookie,
    ),
    Step(
        "The key finds a row",
        "Open any page of site A again",
        SITE_A,
        "/session/",
        "the session table",
        "The same key comes back, and the server finds what it kept under it.",
        found_again,
    ),
    Step(
        "Values live in the row",
        "Choose a language",
        SITE_A,
        "/values/",
        "“What is in a session?”",
        "The language is in the row, not in the cookie. The cookie stays the same.",
        a_value,
    ),
    Step(
        "Who you are is one of them",
        "Sign in as alice, password alice",
        SITE_A,
        "/",
        "its front page",
        "_auth_user_id, and a new key. The password went to Identity, not to site A.",
        a_user,
    ),
    Step(
        "Three servers, three sessions",
        "Open site B and choose Sign in",
        SITE_B,
        "/",
        "its front page",
        "No password: Identity’s own cookie answered for you. No cookie is common.",
        three_servers,
    ),
]


@dataclass(frozen=True)
class Progress:
    """The steps, each with the entry that shows that it was done."""

    steps: list[tuple[Step, Entry | None]]

    @property
    def next(self) -> Step | None:
        return next((step for step, entry in self.steps if not entry), None)


def progress_of(columns: list[Column]) -> Progress:
    return Progress([(step, step.seen_in(certain(columns))) for step in STEPS])
