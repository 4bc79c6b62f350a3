"""What became of a session in one exchange."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from session_inspector.explain.cookies import has_session_cookie
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Exchange, Fault, Refusal, SessionRow, Store


@dataclass(frozen=True)
class Fate:
    """What may become of a key: ``short`` for the bar, ``clause`` within a sentence. ``{it}`` is what the session is
    stored as."""

    short: str
    clause: str


FATES = {
    "made": Fate("a session began", "a {it} was made"),
    "rotated": Fate("new key", "the {it} got a new key"),
    "deleted": Fate("{it} deleted", "the {it} was deleted"),
    "ended": Fate("{it} expired by hand", "the {it}’s expire date was moved into the past"),
    "expired": Fate("{it} expired", "the {it} was past its expire date"),
    "unknown": Fate("key not found", "the key that came finds no {it}"),
    "unread": Fate("{it} not readable", "the {it} could not be read, and Django took it for empty"),
    "overwritten": Fate("{it} overwritten", "the {it} was overwritten"),
}
OF_COOKIE = FATES | {  # the server can only stop to use it: the browser may still have it, and so may others
    "deleted": Fate("session dropped", "the server dropped the session in the cookie"),
    "unknown": Fate("cookie refused", "the cookie that came has no signature of this server’s, or is too old"),
}


def fate_of(became: str, store: Store) -> Fate:
    """Of a name of ``FATES``, in the words of that store."""
    fate = (OF_COOKIE if store is Store.COOKIE else FATES)[became]
    return Fate(fate.short.format(it=store), fate.clause.format(it=store))


NOT_ACCEPTED = {
    Refusal.GONE: "the user whom the row names is not in this server’s table any more",
    Refusal.DISABLED: "the user whom the row names is disabled",
    Refusal.HASH: "the password hash in the row no longer fits, as after a new password: Django ended the session",
    Refusal.BACKEND: "no authentication backend of this server accepts the user whom the row names",
}


def why_not_accepted(exchange: Exchange) -> str:
    """Why the server did not take the visitor for the user whom the row names, as far as that was recorded."""
    if exchange.not_accepted:
        return NOT_ACCEPTED[exchange.not_accepted]
    return "this server does not accept the user whom the row names"


def user_id_in(row: SessionRow | None) -> str:
    """Whom a row names: ``_auth_user_id``; empty where it names nobody."""
    return str(values_in(row).get("_auth_user_id") or "")


def signs_in(exchange: Exchange) -> bool:
    """Whether the row began to name somebody, or somebody else, in that exchange."""
    return user_id_in(exchange.after) not in ("", user_id_in(exchange.before))


def person_of(exchange: Exchange) -> str:
    """Whom the page was for, by name; empty where it was for nobody, or the view did not ask."""
    return exchange.user.name if exchange.user and exchange.user.id else ""


def is_past(row: SessionRow, at: datetime) -> bool:
    return row.expires is not None and row.expires <= at


def goes_on(exchange: Exchange, at: datetime) -> bool:
    """Whether the session after that exchange is the one before it, under whatever key."""
    before, after = exchange.before, exchange.after
    if not before or not after or is_past(before, at):
        return False
    # login() as somebody else, and logout(), begin anew; all else under a new key has rotated it
    return before.key == after.key or user_id_in(before) in ("", user_id_in(after))


def what_became_of_key(exchange: Exchange, at: datetime) -> list[str]:
    """Names of ``FATES``, in the order in which it happened."""
    before, after = exchange.before, exchange.after
    if after and is_past(after, at + timedelta(milliseconds=exchange.ms)):
        return [] if before and is_past(before, at) else ["ended"]
    if before and after and goes_on(exchange, at):
        # a session that is in the cookie has no key of its own, and another cookie with each change
        is_rotated = before.key != after.key and exchange.stored_as is not Store.COOKIE
        return [*what_became_of_unread(before, after), *(["rotated"] if is_rotated else [])]
    became = [] if not before or before.is_readable else ["unread"]
    if before:
        became.append("expired" if is_past(before, at) else "deleted")
    elif has_session_cookie(exchange):
        became.append("unknown")
    if after:
        became.append("made")
    return became


def what_became_of_unread(before: SessionRow, after: SessionRow) -> list[str]:
    """Django writes over a row that it could not read, as soon as it keeps anything under that key."""
    if before.is_readable:
        return []
    return ["unread", "overwritten"] if after.key == before.key and after != before else ["unread"]


WHY_UNREAD = {
    Fault.SIGNATURE: "its signature does not fit. Usual: another SECRET_KEY signed it",
    Fault.CONTENT: "its signature fits, and its content does not. Usual: another SESSION_SERIALIZER wrote it",
    None: "its signature or its content does not fit",
}


def left(ends: datetime, now: datetime) -> str:
    """The time until then, as the pages' script goes on writing it: ``59:42``, ``1:59:59``, ``13 d 23 h``."""
    seconds = max(int((ends - now).total_seconds()), 0)
    days, hours, minutes, rest = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60, seconds % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
