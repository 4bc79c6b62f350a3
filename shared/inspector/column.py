"""One server as one visitor's traffic shows it: cookies sent and told to keep, the row behind them, and who that is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.explain.cookies import duration, is_deletion, of_attributes
from shared.explain.sessions import is_past, what_became_of_key
from shared.explain.values import as_text, values_in
from shared.inspector.recorded import newest_of, nobodys_of
from shared.inspector.visitors import Visitor, is_of_browser
from shared.journal.models import Entry
from shared.servers import Server

LOOKED_AT = 100  # of the visitor's newest entries at this server

# How the names begin under which Django and the libraries keep what a learner need not see first.
OF_LIBRARIES = ("_auth_user_backend", "_auth_user_hash", "_session_expiry", "_messages", "oidc_", "account_", "sign_in")

GONE = {
    "deleted": "deleted by the exchange",
    "expired": "past its expire date when its key came",
    "ended": "given an expire date that has passed",
}


@dataclass
class Held:
    """A cookie as the traffic shows it: where it was last told, sent, changed and forgotten (entries)."""

    cookie: dict[str, Any]
    first_told: Entry | None = None
    told: Entry | None = None
    attributes: dict[str, str] | None = None
    sent: Entry | None = None
    new_value: Entry | None = None
    forgotten: Entry | None = None
    missing: Entry | None = None  # the request to its own server with which it came no more

    @property
    def is_told(self) -> bool:
        """Whether the server has told the browser to keep it, and not to forget it since."""
        return bool(self.told and not self.forgotten)

    @property
    def is_kept(self) -> bool:
        """Whether the browser still has it, as far as its own server can tell."""
        return not self.forgotten and not self.missing


@dataclass
class Column:
    server: Server
    last: Entry | None = None
    is_guess: bool = False  # nothing but the User-Agent says whose these requests are
    cookies: dict[str, Held] = field(default_factory=dict)
    row: dict[str, Any] | None = None
    was: dict[str, Any] | None = None  # the row under the key before
    rotated: Entry | None = None
    gone: tuple[str, Entry] | None = None  # what became of the row that was, and where
    user: dict[str, Any] | None = None
    signed_in: Entry | None = None
    requests: list[Entry] = field(default_factory=list)

    @property
    def session_cookie(self) -> Held | None:
        """The one that leads to the row, if the browser still has it."""
        for held in self.cookies.values():
            if held.cookie["role"] == "session" and held.is_kept:
                return held
        return None

    def recognises(self, now: datetime) -> str:
        """Who this server would take the visitor for at the next request: a name, or nothing."""
        held, who = self.session_cookie, values_in(self.row).get("_auth_user_id")
        if not held or not who or not self.row or is_past(self.row, now):
            return ""
        if held.cookie["value"]["print"] != self.row["key"]["print"]:
            return ""
        if self.user and self.user["id"] != str(who):
            return ""  # the view found nobody: the user is disabled or gone
        return self.user["name"] if self.user else f"user {who}"

    @property
    def values(self) -> list[tuple[str, str]]:
        """Name and text of each value, who you are first."""
        values = [(name, as_text(value)) for name, value in values_in(self.row).items()]
        return sorted(values, key=lambda value: value[0] != "_auth_user_id")

    @property
    def telling_values(self) -> list[tuple[str, str]]:
        return [value for value in self.values if not value[0].startswith(OF_LIBRARIES)]

    @property
    def other_values(self) -> list[tuple[str, str]]:
        return [value for value in self.values if value[0].startswith(OF_LIBRARIES)]

    @property
    def ends(self) -> datetime | None:
        return datetime.fromisoformat(self.row["expires"]) if self.row and self.row["expires"] else None


def column_of(visitor: Visitor, server: Server) -> Column:
    """Folded from the visitor's newest entries there, in their order."""
    column = Column(server)
    entries = newest_of(visitor.name, server.name, LOOKED_AT) if visitor.name else []
    if not entries:
        entries = nobodys_of(visitor.agent, server.name)
        column.is_guess = bool(entries)
    for entry in reversed(entries):
        if entry.kind == Entry.Kind.SESSION_CHANGE:
            note_change(column, entry)
        elif is_of_browser(entry):
            note_exchange(column, entry)
    return column


def note_change(column: Column, entry: Entry) -> None:
    """Somebody else changed the row that the browser's key leads to."""
    if not column.row or column.row["key"]["print"] != entry.sent_key:
        return
    if entry.content["what"] == "deleted":
        column.row, column.gone = None, ("deleted by something that did not come with its key", entry)
    else:
        column.row = entry.content["row"]


def note_exchange(column: Column, entry: Entry) -> None:
    content = entry.content
    column.last = entry
    column.requests.append(entry)
    note_sent(column.cookies, entry)
    note_told(column.cookies, content["set_cookies"], entry)
    note_row(column, entry)
    if content["user"] is not None:
        column.user = content["user"]


def note_sent(cookies: dict[str, Held], entry: Entry) -> None:
    for cookie in entry.content["cookies"]:
        held = cookies.setdefault(cookie["name"], Held(cookie))
        held.cookie, held.sent, held.forgotten, held.missing = cookie, entry, None, None
    names = {cookie["name"] for cookie in entry.content["cookies"]}
    if not entry.content["more_cookies"]:
        for name, held in cookies.items():
            if name not in names and held.is_kept and goes_to(held, entry.content["path"]):
                held.missing = entry


def goes_to(held: Held, path: str) -> bool:
    """Whether a browser that has it sends it there (RFC 6265, section 5.1.4; the lab's paths end with a slash)."""
    return path.startswith((held.attributes or {}).get("path", "/"))


def note_told(cookies: dict[str, Held], told: Iterable[dict], entry: Entry) -> None:
    for cookie in told:
        held = cookies.setdefault(cookie["name"], Held(cookie))
        if is_deletion(cookie["attributes"]):
            held.forgotten = entry
            continue
        if held.is_told and held.cookie["value"] != cookie["value"]:
            held.new_value = entry
        if not held.is_told:
            held.first_told, held.new_value = entry, None
        held.cookie, held.told, held.attributes = cookie, entry, cookie["attributes"]
        held.forgotten = held.missing = None


def note_row(column: Column, entry: Entry) -> None:
    content = entry.content
    for became in what_became_of_key(content, entry.at):
        if became == "rotated":
            column.was, column.rotated = content["before"], entry
        elif became == "made":
            column.was = column.rotated = column.gone = None
        elif became in GONE:
            column.gone = (GONE[became], entry)
    who = values_in(content["after"]).get("_auth_user_id")
    if who and values_in(content["before"]).get("_auth_user_id") != who:
        column.signed_in = entry
    ended = entry.at + timedelta(milliseconds=content["ms"])
    column.row = None if content["after"] and is_past(content["after"], ended) else content["after"]


def attributes_in_short(held: Held) -> list[str]:
    """The lifetime in words, then as they were written: ``["for 1 hour", "HttpOnly", "Path=/", ..., "no Domain"]``."""
    first, *rows = of_attributes(held.attributes)
    age = held.attributes.get("max-age")
    lasts = f"for {duration(int(age))}" if age else first.get("written", "until the browser closes")
    written = [row["written"] for row in rows if "written" in row]
    return [lasts, *written] + ["no Domain"] * ("domain" not in held.attributes)
