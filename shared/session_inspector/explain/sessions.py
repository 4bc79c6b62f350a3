"""What became of a session in one exchange."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from session_inspector.explain.cookies import has_session_cookie
from session_inspector.explain.endpoints import BACK_CHANNEL_LOGOUT
from session_inspector.explain.values import values_in


@dataclass(frozen=True)
class Fate:
    """What may become of a key: ``short`` for the bar, ``clause`` within a sentence."""

    short: str
    clause: str


FATES = {
    "made": Fate("a session began", "a row was made"),
    "rotated": Fate("new key", "the row got a new key"),
    "deleted": Fate("row deleted", "the row was deleted"),
    "ended": Fate("row expired by hand", "the row was given an expire date that has passed"),
    "expired": Fate("row expired", "the row was past its expire date"),
    "unknown": Fate("key not found", "the key that came finds no row"),
}


def user_id_in(row: dict | None) -> str:
    """Whom a row names: ``_auth_user_id``; empty where it names nobody."""
    return str(values_in(row).get("_auth_user_id") or "")


def signs_in(content: dict) -> bool:
    """Whether the row began to name somebody, or somebody else, in that exchange."""
    return user_id_in(content["after"]) not in ("", user_id_in(content["before"]))


def person_of(content: dict) -> str:
    """Whom the page was for, by name; empty where it was for nobody, or the view did not ask."""
    user = content.get("user")
    return user["name"] if user and user["id"] else ""


def is_past(row: dict, at: datetime) -> bool:
    return bool(row["expires"]) and datetime.fromisoformat(row["expires"]) <= at


def goes_on(content: dict, at: datetime) -> bool:
    """Whether the session after that exchange is the one before it, under whatever key."""
    before, after = content["before"], content["after"]
    if not before or not after or is_past(before, at):
        return False
    # login() as somebody else, and logout(), begin anew; all else under a new key has rotated it
    return before["key"] == after["key"] or user_id_in(before) in ("", user_id_in(after))


def what_became_of_key(content: dict, at: datetime) -> list[str]:
    """Names of ``FATES``, in the order in which it happened."""
    before, after = content["before"], content["after"]
    if after and is_past(after, at + timedelta(milliseconds=content["ms"])):
        return [] if before and is_past(before, at) else ["ended"]
    if goes_on(content, at):
        return [] if before["key"] == after["key"] else ["rotated"]
    became = []
    if before:
        became.append("expired" if is_past(before, at) else "deleted")
    elif has_session_cookie(content):
        became.append("unknown")
    if after:
        became.append("made")
    return became


def is_by_logout_token(change: dict) -> bool:
    """Whether a row was changed because a logout token said so (OpenID Connect Back-Channel Logout 1.0, 2.7)."""
    return change.get("by") == BACK_CHANNEL_LOGOUT


def left(ends: datetime, now: datetime) -> str:
    """The time until then, as the pages' script goes on writing it: ``59:42``, ``1:59:59``, ``13 d 23 h``."""
    seconds = max(int((ends - now).total_seconds()), 0)
    days, hours, minutes, rest = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60, seconds % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
