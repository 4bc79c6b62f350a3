"""The first part: what the browser sent."""

from typing import Any

from django.conf import settings

from session_inspector.explain.cookies import NOT_TAKEN, came_twice, has_session_cookie, of_cookie
from session_inspector.journal.participants import owners_of, participants
from session_inspector.journal.schema import Cookie, Exchange, Store
from session_inspector.participant import Participant


def what_was_sent(exchange: Exchange, here: Participant) -> dict[str, Any]:
    """Every cookie, this server's own first, and the cookies that went elsewhere."""
    cookies = [cookie_of(cookie, here, exchange.stored_as) for cookie in exchange.cookies]
    owners = [here, *(cookie["owner"] for cookie in cookies)]
    return {
        "request": exchange,
        "cookies": cookies,
        "asked": exchange.headers.get("Host", ""),
        "of_others": any(cookie["owner"] not in (None, here) for cookie in cookies),
        "elsewhere": [one for one in participants() if one not in owners and one.host != here.host],
        "store": exchange.stored_as,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "sent_session": has_session_cookie(exchange),
        "came_twice": came_twice(exchange),
    }


def cookie_of(cookie: Cookie, here: Participant, store: Store) -> dict[str, Any]:
    owners = owners_of(cookie.name)
    owner = here if cookie.role else owners[0] if len(owners) == 1 else None
    why = of_cookie(cookie.role, owner, here, store) if cookie.is_taken else NOT_TAKEN
    return {"name": cookie.name, "value": cookie.value, "owner": owner, "why": why}
