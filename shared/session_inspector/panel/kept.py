"""The second part: what this server keeps."""

from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone

from session_inspector.explain.cookies import DROPPED, has_session_cookie, news_in
from session_inspector.explain.sessions import WHY_UNREAD, goes_on, is_past, left, why_not_accepted
from session_inspector.explain.values import as_text, values_in
from session_inspector.journal.schema import Exchange, Store, Value
from session_inspector.panel import meanings
from session_inspector.session_store import engine


def what_is_kept(exchange: Exchange, at: datetime, changed: dict[str, str]) -> dict[str, Any]:
    """The row behind the session, its values, when it ends; or why there is none. Values that have ``changed`` come
    first, and it says how they have, by their names."""
    row = exchange.after
    values = [value_of(name, value, changed.get(name, "")) for name, value in values_in(row).items()]
    values.sort(key=lambda value: not value["how"])
    ends = row and row.expires
    return {
        "row": row,
        "missing": why_no_row(exchange, at),
        **in_two(values),
        "user": exchange.user,
        "why_unread": row and WHY_UNREAD[row.fault],
        "not_accepted": why_not_accepted(exchange),
        "user_id": values_in(row).get("_auth_user_id"),
        "stored": where_rows_are(),
        "ends": ends,
        "left": ends and left(ends, timezone.now()),
        "is_new": row and not goes_on(exchange, at),
        "outlives": row and outlives_browser(row.data),
        "dropped": why_dropped(exchange),
    }


def why_dropped(exchange: Exchange) -> str:
    """``refused`` or ``too large``, if a browser does not take the session cookie of this answer; else empty."""
    news = [one.what for one in news_in(exchange) if one.cookie.role == "session"]
    return next((what for what in news if what in DROPPED), "")


def in_two(values: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Who one is and what the site keeps of its own; and what Django and its libraries keep besides."""
    of_libraries = [value for value in values if value["is_of_library"] and not value["is_you"]]
    return {"values": [value for value in values if value not in of_libraries], "of_libraries": of_libraries}


def why_no_row(exchange: Exchange, at: datetime) -> str:
    """Why this server keeps nothing after that exchange; empty where it does."""
    it = exchange.stored_as
    if exchange.after:
        return ""
    if not has_session_cookie(exchange):
        return f"Nothing. No key came, so there is no {it} to look up. Django makes one when the first value is stored."
    if exchange.not_accepted:
        return f"Nothing any more: {why_not_accepted(exchange)}."
    if not exchange.before and it is Store.COOKIE:
        return "Nothing. The cookie that came has no signature of this server’s, or is too old."
    if not exchange.before:
        return f"Nothing. The key that came finds no {it}: it was deleted, or was never one of this server."
    if is_past(exchange.before, at):
        return f"Nothing any more. The key found a {it} past its expire date, and Django treats that as none."
    return f"Nothing any more. This exchange deleted the {it}."


def where_rows_are() -> dict[str, str]:
    """Where this server's sessions are: ``{"engine": ..., "kind": "database", "place": ..., "table": ...}``."""
    match engine():
        case ("db" | "cached_db") as name:
            path = Path(connections["default"].settings_dict["NAME"])
            return {"engine": name, "kind": "database", "place": short(path), "table": "django_session"}
        case "cache" as name:
            return {"engine": name, "kind": "cache", "place": settings.SESSION_CACHE_ALIAS}
        case "file" as name:
            return {"engine": name, "kind": "folder", "place": short(Path(settings.SESSION_FILE_PATH or gettempdir()))}
        case "signed_cookies" as name:
            return {"engine": name, "kind": "the cookie itself", "place": ""}
        case name:
            return {"engine": name, "kind": "a store of its own", "place": ""}


def short(path: Path) -> str:
    """The path with its folder, without what lies above."""
    return f"{path.parent.name}/{path.name}"


def outlives_browser(data: dict) -> bool:
    """Whether the session cookie is kept when the browser closes."""
    expiry = data.get("_session_expiry")
    return not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE if expiry is None else expiry != 0


def value_of(name: str, value: Value, how: str = "") -> dict[str, Any]:
    """``how`` it has changed: ``added``, ``changed``, or empty."""
    return {
        "name": name,
        "value": as_text(value),
        "why": meanings.of_value(name, value),
        "is_you": name == "_auth_user_id",
        "is_of_library": meanings.is_of_library(name),
        "how": how,
    }
