"""What stands in the columns of a browser's developer tools for the session cookie of each participant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from session_inspector.inspector.devtools.browsers import BROWSERS
from session_inspector.inspector.observed.cookie_jar import Held
from session_inspector.participant import Participant

SET = f"{BROWSERS[0].is_set} or {BROWSERS[1].is_set}"
NOT_SET = f"{BROWSERS[0].is_not_set} or {BROWSERS[1].is_not_set}"
NOTHING = BROWSERS[0].is_not_set
DATE, SESSION = "a date", "Session"
NO_HELD: Mapping[str, Held] = {}


@dataclass(frozen=True)
class Cell:
    participant: Participant
    text: str


@dataclass(frozen=True)
class Row:
    """A ``column`` of the tools, the ``attribute`` of ``Set-Cookie`` that it shows, and what stands there."""

    column: str
    attribute: str
    cells: tuple[Cell, ...]


def rows_for(participants: Sequence[Participant], cookies: Mapping[str, Held] = NO_HELD) -> list[Row]:
    """``cookies`` are the visitor's session cookies as recorded, by the name of the server."""

    def row(column: str, attribute: str, text_for: Callable[[Participant], str]) -> Row:
        return Row(column, attribute, tuple(Cell(one, text_for(one)) for one in participants))

    headings = dict.fromkeys(browser.expires for browser in BROWSERS)
    return [
        row("Name", "the name", lambda one: one.session_cookie),
        row("Value", "the value", lambda one: value_of(cookies.get(one.name))),
        row("Domain", "Domain", lambda one: one.attributes.get("domain") or one.host),
        row("Path", "Path", lambda one: one.attributes.get("path", "/")),
        row(", or ".join(headings), "Max-Age", lambda one: expires_of(one, cookies.get(one.name))),
        row("HttpOnly", "HttpOnly", lambda one: SET if "httponly" in one.attributes else NOT_SET),
        row("Secure", "Secure", lambda one: SET if "secure" in one.attributes else NOT_SET),
        row("SameSite", "SameSite", lambda one: one.attributes.get("samesite", NOTHING)),
    ]


def value_of(held: Held | None) -> str:
    return f"{held.cookie.value.starts}…, the session key" if held else "the session key"


def expires_of(participant: Participant, held: Held | None) -> str:
    """As the cookie was set last. Where nobody saw that, the session may have been given an expiry of its own."""
    if held and held.last_set:
        return SESSION if held.ends_with_browser else DATE
    return f"{DATE}, or {SESSION}" if "max-age" in participant.attributes else SESSION


def shared_hosts(participants: Sequence[Participant]) -> list[str]:
    """Those at which more than one of them answers."""
    hosts = [one.host for one in participants]
    return sorted({host for host in hosts if hosts.count(host) > 1})
