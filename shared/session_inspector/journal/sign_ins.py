"""Who else took part in the sign-in of an entry: that joins what several servers saw to one visitor.

Usually everybody with the same ``state``. Where each sees only their own (``own_only``), that is not enough: who begins
a sign-in knows its ``state``, and may send somebody else a link with it. The code is known to the browser alone that
the provider gave it to. So the one who brings it back to the site is the same.
"""

from session_inspector.configuration import configuration
from session_inspector.journal.jars import MAX_IN_JOURNEY, Owner, in_journey, visitor_of
from session_inspector.journal.queries import entries
from session_inspector.journal.schema import Address, Entry, Masked, Value

MAX_LOOKED_AT = 100  # entries of the server: a client redeems a code at once


def others_in_sign_in(entry: Entry) -> list[Owner]:
    """Each visitor once."""
    if not configuration().own_only:
        return in_journey(entry.journey)
    if not entry.jar:
        return beginner_of(entry.journey)
    code = code_brought(entry)
    return [owner_of(one) for one in of_journey(entry.journey) if code and code == code_given(one)]


def beginner_of(journey: str) -> list[Owner]:
    """Who has its first entry with a cookie: calls of the server, and requests without a cookie, are theirs."""
    return [owner_of(one) for one in reversed(of_journey(journey)) if one.jar][:1]


def of_journey(journey: str) -> list[Entry]:
    """The newest entries of one sign-in, the newest first."""
    return entries("journey = %s ORDER BY id DESC LIMIT %s", journey, MAX_IN_JOURNEY) if journey else []


def owner_of(entry: Entry) -> Owner:
    return Owner(entry.jar, visitor_of(entry.jar) or entry.visitor)


def code_brought(entry: Entry) -> Value | None:
    """The code in the address that a browser came to."""
    return code_in(entry.exchange.query) if entry.is_exchange and entry.exchange.channel == "front" else None


def code_given(entry: Entry) -> Value | None:
    """The code in the address that a browser with a cookie was sent to."""
    location = entry.exchange.location if entry.is_exchange and entry.jar else None
    return code_in(location.query) if isinstance(location, Address) else None


def sign_in_of_code(entry: Entry) -> str:
    """The sign-in whose code a request redeems, of a client that names none; empty where no browser was given that."""
    code = code_in(entry.exchange.form) if entry.is_exchange else None
    if code is None:
        return ""
    newest = entries("server = %s AND journey <> '' ORDER BY id DESC LIMIT %s", entry.server, MAX_LOOKED_AT)
    return next((one.journey for one in newest if code == code_given(one)), "")


def code_in(parameters: tuple[tuple[str, Value], ...]) -> Value | None:
    return next((value for name, value in parameters if name == "code" and isinstance(value, Masked)), None)
