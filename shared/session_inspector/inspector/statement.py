"""What a page says of a visitor, with the entries that it rests on.

Three grades. *Seen*: the entries say it themselves. *Follows from*: a rule leads from them to it. *A guess*: only the
User-Agent tells, or a reason is likely and no more; a guess is marked where it stands, and is no statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from session_inspector.journal.schema import Entry

MAX_NAMED = 8  # entries that one address names


class Rule(StrEnum):
    """By which something follows from entries; the value is its name in an address."""

    COOKIES = "cookies"
    REFUSED = "refused"
    PLACE = "place"
    RECOGNISED = "recognised"
    HOST = "host"
    CLICK = "click"
    COPIED = "copied"


RULES = {
    Rule.COOKIES: "A browser has a cookie from the answer that sets it, unless name and value have more than 4096 "
    "bytes. It has it until an answer deletes it, its lifetime is over, or a request that should bring it comes "
    "without it (RFC 6265, 5.3 and 5.4). No server sees what happens in the browser alone.",
    Rule.REFUSED: "A browser refuses a cookie whose Domain the host is no part of, or has one part only and is not the "
    "host itself; SameSite=None without Secure; Secure over http, but for this machine; and a name with a prefix "
    "without the attributes that it needs (RFC 6265bis, 5.7). What it had before, it keeps.",
    Rule.PLACE: "A key finds its session only where the session is kept: by the same engine, in the same database, "
    "folder or cache. Django reads it only with the SECRET_KEY that signed it, or with one of SECRET_KEY_FALLBACKS, "
    "and takes what it cannot read for empty.",
    Rule.RECOGNISED: "The browser’s session cookie leads to a session that names a user, and its date has not passed. "
    "So the server takes the browser’s next request for that user’s. Without cookie, session or user, the browser is "
    "not signed in.",
    Rule.HOST: "A browser sends a cookie without Domain to the host that has set it, and to no other (RFC 6265, 5.4).",
    Rule.CLICK: "A redirect belongs to the click that began it. Cookies, rows and answers of its messages tell what "
    "the click did. If a browser brings a password, and the server knows the user when it answers, the user signed in "
    "with it. If the provider’s session cookie came without a password, and a site then signed somebody in, that "
    "cookie told the provider who it is.",
    Rule.COPIED: "A browser sends all its cookies for a host together (RFC 6265, 5.4). If the key came under another "
    "User-Agent without the CSRF cookie, and then again with it, two programs have the key.",
}


@dataclass(frozen=True)
class Statement:
    """A sentence. Without a ``rule`` it was seen."""

    text: str
    entries: tuple[Entry, ...] = ()
    rule: Rule | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def grade(self) -> str:
        return "follows" if self.rule else "seen"

    @property
    def on_what(self) -> str:
        """``seen in one entry``, ``follows from 2 entries``."""
        number = "one entry" if len(self.entries) == 1 else f"{len(self.entries)} entries"
        return f"{'follows from' if self.rule else 'seen in'} {number}"

    @property
    def named(self) -> str:
        """The ids of the newest of its entries, as an address has them."""
        return ",".join(str(entry.id) for entry in self.entries[-MAX_NAMED:])


def resting_on(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    """Each entry once, the oldest first."""
    found = {entry.id: entry for entry in entries if entry}
    return tuple(found[entry_id] for entry_id in sorted(found))
