"""The first part: what the browser sent."""

from typing import Any

from django.conf import settings

from session_inspector.explain.cookies import has_session_cookie, of_cookie
from session_inspector.participants import here, participant_named, participants


def what_was_sent(content: dict) -> dict[str, Any]:
    """Of one exchange's content: every cookie, this server's own first, and the cookies that went elsewhere."""
    cookies = [cookie_of(cookie) for cookie in content["cookies"]]
    owners = [here(), *(cookie["owner"] for cookie in cookies)]
    return {
        "request": content,
        "cookies": cookies,
        "asked": content["headers"].get("Host", ""),
        "of_others": any(cookie["owner"] not in (None, here()) for cookie in cookies),
        "elsewhere": [one for one in participants() if one not in owners],
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "sent_session": has_session_cookie(content),
    }


def cookie_of(cookie: dict) -> dict[str, Any]:
    owner = participant_named(cookie["owner"])
    return {**cookie, "owner": owner, "why": of_cookie(cookie["role"], owner, here())}
