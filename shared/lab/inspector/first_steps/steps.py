"""The first ten minutes: what to click, what to watch for, and whether it was seen already."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.servers import IDENTITY, SITE_A, SITE_B, Server
from session_inspector.explain.values import values_in
from session_inspector.inspector.observed.server_state import Column
from session_inspector.journal.schema import Entry


@dataclass(frozen=True)
class Step:
    title: str
    do: str  # what to click
    server: Server
    path: str
    place: str  # what the page at that path is called
    watch: str
    is_seen: Callable[[list[Column]], bool]


def at(columns: list[Column], server: Server) -> Column | None:
    """None where that server has not begun yet."""
    return next((column for column in columns if column.server.name == server.name), None)


def requests_at(columns: list[Column], server: Server) -> list[Entry]:
    column = at(columns, server)
    return column.requests if column else []


def two_requests(columns: list[Column]) -> bool:
    return len(requests_at(columns, SITE_A)) > 1 or a_cookie(columns)


def a_cookie(columns: list[Column]) -> bool:
    column = at(columns, SITE_A)
    return column is not None and any(held.cookie.role == "session" for held in column.cookies.values())


def found_again(columns: list[Column]) -> bool:
    return any(entry.exchange.before for entry in requests_at(columns, SITE_A))


def a_value(columns: list[Column]) -> bool:
    return any("language" in values_in(entry.exchange.after) for entry in requests_at(columns, SITE_A))


def a_user(columns: list[Column]) -> bool:
    return any(was_known(column) for column in columns if column.server.name != IDENTITY.name)


def three_servers(columns: list[Column]) -> bool:
    return all(was_known(at(columns, server)) for server in (IDENTITY, SITE_A, SITE_B))


def was_known(column: Column | None) -> bool:
    return column is not None and bool(column.signed_in or column.recognised)


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
    """The steps with whether each was seen."""

    steps: list[tuple[Step, bool]]

    @property
    def next(self) -> Step | None:
        return next((step for step, is_seen in self.steps if not is_seen), None)


def progress_of(columns: list[Column]) -> Progress:
    return Progress([(step, step.is_seen(columns)) for step in STEPS])
