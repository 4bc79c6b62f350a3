"""What became of a session in one exchange."""

from datetime import datetime, timedelta

from shared.explain.cookies import has_session_cookie
from shared.explain.places import BACK_CHANNEL_LOGOUT
from shared.explain.values import values_in


def is_past(row: dict, at: datetime) -> bool:
    return bool(row["expires"]) and datetime.fromisoformat(row["expires"]) <= at


def goes_on(content: dict, at: datetime) -> bool:
    """Whether the session after that exchange is the one before it, under whatever key."""
    before, after = content["before"], content["after"]
    if not before or not after or is_past(before, at):
        return False
    who = values_in(before).get("_auth_user_id")
    # login() as somebody else, and logout(), begin anew; all else under a new key has rotated it
    return before["key"] == after["key"] or who in (None, values_in(after).get("_auth_user_id"))


def what_became_of_key(content: dict, at: datetime) -> list[str]:
    """``made``, ``rotated``, ``deleted``, ``ended`` (its expire date was set to the past), ``expired``, ``unknown``
    (the key that came finds no row), in the order in which it happened."""
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


def is_by_identity(change: dict) -> bool:
    """Whether a row was changed because a logout token said so (OpenID Connect Back-Channel Logout 1.0, 2.7)."""
    return change.get("by") == BACK_CHANNEL_LOGOUT


def left(ends: datetime, now: datetime) -> str:
    """The time until then, as the pages' script goes on writing it: ``59:42``, ``1:59:59``, ``13 d 23 h``."""
    seconds = max(int((ends - now).total_seconds()), 0)
    days, hours, minutes, rest = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60, seconds % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
