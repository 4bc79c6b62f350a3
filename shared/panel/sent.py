"""The first part: what the browser sent."""

from typing import Any

from django.conf import settings

from shared.panel import meanings
from shared.servers import SERVERS


def what_was_sent(content: dict) -> dict[str, Any]:
    """Of one exchange's content: every cookie, this server's own first, and the cookies that went elsewhere."""
    cookies = [cookie_of(cookie) for cookie in content["cookies"]]
    owners = [settings.SERVER, *(cookie["owner"] for cookie in cookies)]
    return {
        "request": content,
        "cookies": sorted(cookies, key=lambda cookie: cookie["rank"]),
        "asked": content["headers"].get("Host", ""),
        "of_others": any(cookie["owner"] not in (None, settings.SERVER) for cookie in cookies),
        "elsewhere": [server for server in SERVERS if server not in owners],
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "sent_session": has_session_cookie(content),
    }


def cookie_of(cookie: dict) -> dict[str, Any]:
    name = cookie["name"]
    own = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    owner = settings.SERVER if name in own else server_named(cookie["owner"])
    return {
        **cookie,
        "owner": owner,
        "rank": own.index(name) if name in own else len(own),
        "why": meanings.of_cookie(name, owner),
    }


def server_named(name: str):
    return next((server for server in SERVERS if server.name == name), None)


def has_session_cookie(content: dict) -> bool:
    return any(cookie["name"] == settings.SESSION_COOKIE_NAME for cookie in content["cookies"])
