"""What the panel says of one exchange: the context of its template."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from shared.journal.models import Entry
from shared.panel import meanings
from shared.panel.history import origin_of, since_the_page_before
from shared.servers import SERVERS


def parts_of(exchange: Entry) -> dict[str, Any]:
    """The three parts, and the bar that sums them up. ``exchange`` is the one that the page is the response of."""
    try:
        steps = [step_of(entry) for entry in since_the_page_before(exchange)]
        began, keyed = origin_of(exchange)
        unread = ""
    except DatabaseError:
        steps, began, keyed = [step_of(exchange)], None, None
        unread = "The journal cannot be read, so what led here is not known."
    if not settings.RECORDING:
        unread = "The recorder is off (LAB_RECORDER=off): only this response is known, not what led here."
    content = exchange.content
    row = content["after"]
    ends = row and row["expires"] and datetime.fromisoformat(row["expires"])
    return {
        "here": settings.SERVER,
        "request": content,
        "cookies": [cookie_of(cookie) for cookie in content["cookies"]],
        "foreign": any(cookie["owner"] != settings.SERVER.name for cookie in content["cookies"]),
        "others": [server for server in SERVERS if server != settings.SERVER],
        "sent_session": sent_session(content),
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "row": row,
        "missing": why_no_row(content, exchange.at),
        "values": [value_of(name, value) for name, value in values_in(row).items()],
        "user": content["user"],
        "user_id": values_in(row).get("_auth_user_id"),
        "stored": stored_in(),
        "ends": ends,
        "left": ends and left(ends),
        "outlives": row and outlives_browser(row["data"]),
        "began": began,
        "keyed": keyed if keyed != began else None,
        "steps": steps,
        "unread": unread,
        "summary": summary(steps),
    }


def cookie_of(cookie: dict) -> dict[str, Any]:
    is_session = cookie["name"] == settings.SESSION_COOKIE_NAME
    is_csrf = cookie["name"] == settings.CSRF_COOKIE_NAME
    owner = settings.SERVER if is_session or is_csrf else server_named(cookie["owner"])
    return {**cookie, "owner": owner, "why": meanings.of_cookie(cookie, is_session, is_csrf)}


def server_named(name: str):
    return next((server for server in SERVERS if server.name == name), None)


def why_no_row(content: dict, at: datetime) -> str:
    """Why this server keeps nothing after that exchange; empty where it does."""
    if content["after"]:
        return ""
    if not sent_session(content):
        return "Nothing. No key came, so there is no row to look up. Django makes one when the first value is stored."
    if not content["before"]:
        return "Nothing. The key that came finds no row: this server has deleted it, or never made it."
    if is_past(content["before"], at):
        return "Nothing any more. The key found a row past its expire date, and Django treats that as none."
    return "Nothing any more. This exchange deleted the row."


def stored_in() -> dict[str, str]:
    """Where rows are: ``{"engine": ..., "kind": "database", "place": ..., "table": ...}``."""
    engine = settings.SESSION_ENGINE.rpartition(".")[2]
    match engine:
        case "db" | "cached_db":
            path = Path(connections["default"].settings_dict["NAME"])
            return {"engine": engine, "kind": "database", "place": short(path), "table": "django_session"}
        case "cache":
            return {"engine": engine, "kind": "cache", "place": settings.SESSION_CACHE_ALIAS}
        case "file":
            return {"engine": engine, "kind": "folder", "place": short(Path(settings.SESSION_FILE_PATH or "/tmp"))}
        case _:
            return {"engine": engine, "kind": "the cookie itself", "place": ""}


def short(path: Path) -> str:
    """The path with its folder, without what lies above."""
    return f"{path.parent.name}/{path.name}"


def outlives_browser(data: dict) -> bool:
    """Whether the session cookie is kept when the browser closes."""
    expiry = data.get("_session_expiry")
    return not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE if expiry is None else expiry != 0


def value_of(name: str, value: Any) -> dict[str, Any]:
    return {
        "name": name,
        "value": shown(value),
        "why": meanings.of_value(name, value),
        "is_you": name == "_auth_user_id",
    }


def shown(value: Any) -> str:
    """A recorded value as text: JSON, with ``abcdef…`` for what was masked."""
    return json.dumps(unmasked(value), ensure_ascii=False)


def unmasked(value: Any) -> Any:
    if isinstance(value, list):
        return [unmasked(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"starts": starts, "print": _}:
            return f"{starts}…"
        case {"withheld": True}:
            return "not kept"
        case {"url": url, "query": query}:
            return url + "?" + "&".join(f"{name}={unmasked(item)}" for name, item in query)
    return {name: unmasked(item) for name, item in value.items()}


def step_of(entry: Entry) -> dict[str, Any]:
    """What one exchange, or a change by somebody else, did to the session."""
    if entry.kind == Entry.Kind.SESSION_CHANGE:
        return {
            "at": entry.at,
            "elsewhere": entry.content["what"],
            "row": entry.content["row"],
            "key": "",
            "values": [],
        }
    content = entry.content
    before, after = content["before"], content["after"]
    return {
        "at": entry.at,
        "request": content,
        "key": what_became_of_key(content, entry.at),
        "before": before,
        "after": after,
        "values": changed_values(values_in(before), values_in(after)),
        "set_cookies": [set_cookie_of(cookie, content["cookies"]) for cookie in content["set_cookies"]],
    }


def what_became_of_key(content: dict, at: datetime) -> str:
    """One of ``OF_KEYS``, or empty where nothing new became of it."""
    before, after = content["before"], content["after"]
    if after and is_past(after, at):
        return "ended"
    if before and after:
        return "" if before["key"] == after["key"] else "rotated"
    if after:
        return "made"
    if before:
        return "expired" if is_past(before, at) else "deleted"
    return "unknown" if sent_session(content) else ""


def is_past(row: dict, at: datetime) -> bool:
    return bool(row["expires"]) and datetime.fromisoformat(row["expires"]) <= at


def sent_session(content: dict) -> bool:
    return any(cookie["name"] == settings.SESSION_COOKIE_NAME for cookie in content["cookies"])


def values_in(row: dict | None) -> dict:
    return row["data"] if row else {}


def changed_values(before: dict, after: dict) -> list[dict[str, Any]]:
    rows = []
    for name in [*before, *(name for name in after if name not in before)]:
        if name in before and name in after and before[name] == after[name]:
            continue
        how = "added" if name not in before else "removed" if name not in after else "changed"
        rows.append(
            {
                "name": name,
                "how": how,
                "before": shown(before[name]) if name in before else "",
                "after": shown(after[name]) if name in after else "",
            }
        )
    return rows


def set_cookie_of(cookie: dict, sent: list[dict]) -> dict[str, Any]:
    rows = meanings.of_attributes(cookie["attributes"])
    is_deleted = rows[0]["why"] == meanings.DELETED
    known = [one["value"]["print"] for one in sent if one["name"] == cookie["name"]]
    news = "deleted" if is_deleted else "same value" if cookie["value"]["print"] in known else "new value"
    return {"name": cookie["name"], "value": cookie["value"], "news": news, "rows": rows}


OF_KEYS = {
    "made": "a session began",
    "rotated": "new key",
    "deleted": "row deleted",
    "ended": "row expired by hand",
    "expired": "row expired",
    "unknown": "key not found",
}


def summary(steps: list[dict]) -> str:
    """What changed, in a few words for the bar."""
    keys = [step["key"] for step in steps if step["key"]]
    names = list(dict.fromkeys(value["name"] for step in steps for value in step["values"]))
    cookies = sum(len(step.get("set_cookies", [])) for step in steps)
    elsewhere = [f"a row of yours {step['elsewhere']}" for step in steps if step.get("elsewhere")]
    said = [*elsewhere, *(OF_KEYS[key] for key in keys)]
    if len(names) == 1:
        changes = [value for step in steps for value in step["values"]]
        before, after = changes[0]["before"] or "nothing", changes[-1]["after"] or "nothing"
        said.append(f"{names[0]} {before} → {after}")
    elif names:
        said.append(f"{len(names)} values")
    if cookies:
        said.append(f"{cookies} cookie{'s' * (cookies > 1)} set")
    return ", ".join(said) or "nothing"


def left(ends: datetime) -> str:
    """The time until then, as the page's script goes on writing it: ``59:42``, ``1:59:59``, ``13 d 23 h``."""
    seconds = max(int((ends - timezone.now()).total_seconds()), 0)
    days, hours, minutes, rest = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60, seconds % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
