"""Cookies as the traffic with one server shows them: what the browser has, as far as that server can tell."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from session_inspector.explain.cookies import (
    age_in,
    duration,
    host_asked,
    is_deletion,
    of_attributes,
    path_matches,
    place_of,
    why_kept_back,
    why_refused,
)
from session_inspector.explain.refused_cookies import MAX_SIZE
from session_inspector.inspector.observed.queries import ended
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Cookie, Entry, SetCookie


@dataclass
class Held:
    """One cookie, as recorded last, and the entries in which it was first seen, set, sent, changed and forgotten, or
    replaced by another server of the same host. It is ``refused`` where browsers do not keep what was set last."""

    cookie: Cookie
    seen: Entry
    now: datetime
    first_set: Entry | None = None
    last_set: Entry | None = None
    attributes: dict[str, str] = field(default_factory=dict)  # as set last; none where it was only sent
    sent: Entry | None = None
    new_value: Entry | None = None
    forgotten: Entry | None = None
    replaced: Entry | None = None
    refused: Statement | None = None
    missing: Entry | None = None  # the request to its own server with which it came no more
    without: Entry | None = None  # the newest request there that came without it, at whatever path

    @property
    def never_came(self) -> bool:
        """Whether the browser was told to keep it, and has asked the server since without ever sending it."""
        return bool(self.last_set and self.without and not self.sent and not self.forgotten)

    @property
    def newest(self) -> Entry:
        """The entry that showed last what became of it."""
        shown = resting_on((self.last_set, self.sent, self.forgotten, self.replaced, self.missing))
        return max(shown, key=lambda entry: entry.id, default=self.seen)

    @property
    def is_set(self) -> bool:
        """Whether the server has told the browser to keep it, and not to forget it since."""
        return bool(self.last_set and not self.forgotten)

    @property
    def is_over(self) -> bool:
        """Whether its lifetime has passed, so that a browser has dropped it by itself (RFC 6265, section 5.3)."""
        age = age_in(self.attributes)
        return bool(age and self.last_set and ended(self.last_set) + timedelta(seconds=age) <= self.now)

    @property
    def ends_with_browser(self) -> bool:
        """Whether it was told to be kept without any lifetime."""
        return bool(self.last_set) and age_in(self.attributes) is None and "expires" not in self.attributes

    @property
    def is_kept(self) -> bool:
        is_there = self.last_set or self.sent or not self.refused
        return bool(is_there) and not (self.forgotten or self.replaced or self.missing or self.is_over)

    def taken_by(self, server: str) -> Entry | None:
        """The answer of another server that replaced or deleted it."""
        taken = self.replaced or self.forgotten
        return taken if taken and taken.server != server else None

    @property
    def attributes_in_short(self) -> list[str]:
        """The lifetime in words, then as they were written: ``["for 1 hour", "HttpOnly", "Path=/", "no Domain"]``."""
        first, *others = of_attributes(self.attributes)
        age = age_in(self.attributes)
        lasts = f"for {duration(age)}" if age else first.written or "until the browser closes"
        written = [one.written for one in others if one.written]
        return [lasts, *written] if "domain" in self.attributes else [lasts, *written, "no Domain"]


def note_sent(cookies: dict[str, Held], entry: Entry, now: datetime) -> None:
    """The cookies of a request. What was set while it was under way is newer than what it brought."""
    names = set()
    for cookie in (one for one in entry.exchange.cookies if one.is_taken):
        names.add(cookie.name)
        held = cookies.setdefault(cookie.name, Held(cookie, entry, now))
        if not began_before(held.last_set, entry):
            held.cookie, held.sent = cookie, entry
            held.forgotten = held.replaced = held.refused = held.missing = held.without = None
    if entry.exchange.more_cookies:
        return
    for name, held in cookies.items():
        if name in names or began_before(held.last_set, entry):
            continue
        held.without = entry
        if held.is_kept and goes_to(held, entry):
            held.missing = entry


def began_before(earlier: Entry | None, entry: Entry) -> bool:
    """Whether that exchange began before the answer of the earlier one had come."""
    return earlier is not None and entry.at < ended(earlier)


def goes_to(held: Held, entry: Entry) -> bool:
    is_below = path_matches(held.attributes.get("path", "/"), entry.exchange.path)
    return is_below and not why_kept_back(held.attributes, entry.exchange)


def note_set_cookies(cookies: dict[str, Held], entry: Entry, now: datetime) -> None:
    """The ``Set-Cookie`` headers of an answer."""
    for cookie in entry.exchange.set_cookies:
        if cookie.size > MAX_SIZE:
            continue  # the browser drops it, and has the one from before
        held = cookies.setdefault(cookie.name, Held(cookie, entry, now))
        held.refused = refused(cookie, entry)
        if held.refused:
            continue
        if is_deletion(cookie.attributes):
            held.forgotten = entry
            continue
        if held.is_set and held.cookie.value != cookie.value:
            held.new_value = entry
        if not held.is_set:
            held.first_set, held.new_value = entry, None
        held.cookie, held.last_set, held.attributes = cookie, entry, cookie.attributes
        held.forgotten = held.replaced = held.missing = held.without = None


def refused(cookie: SetCookie, entry: Entry) -> Statement | None:
    """Why browsers do not keep what that answer set; None where they do."""
    why = why_refused(cookie, host_of(entry), urlsplit(writer_of(entry).origin).scheme)
    return Statement(why, (entry,), Rule.REFUSED) if why else None


def host_of(entry: Entry) -> str:
    """By which name the browser asked; where that is not recorded, the server's own."""
    return host_asked(entry.exchange) or writer_of(entry).host


def note_neighbour(cookies: dict[str, Held], entry: Entry) -> None:
    """The ``Set-Cookie`` headers of another server: for the browser, a cookie of the same name and place is the same
    cookie."""
    for cookie in entry.exchange.set_cookies:
        held = cookies.get(cookie.name)
        if not held or not held.last_set or cookie.size > MAX_SIZE or refused(cookie, entry):
            continue
        if place_of(cookie.attributes, host_of(entry)) != place_of(held.attributes, host_of(held.last_set)):
            continue
        if is_deletion(cookie.attributes):
            held.forgotten = entry
        elif cookie.value != held.cookie.value:
            held.replaced = entry
