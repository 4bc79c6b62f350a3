"""The journal as an HTTP Archive, which a browser's devtools can open (HAR 1.2)."""

from typing import Any
from urllib.parse import quote, urlencode

from session_inspector.explain.cookies import is_deletion
from session_inspector.explain.values import in_line, of_unreadable
from session_inspector.inspector.exchange.messages import phrase, set_cookie_line
from session_inspector.inspector.observed.rungs import Rung, rungs_of
from session_inspector.journal.schema import Entry, OfNoMessage, Value

COMMENT = "Secrets are kept as their first characters, passwords not at all. Bodies are not recorded."


def har_of(entries: list[Entry], unreadable: int = 0) -> dict[str, Any]:
    """Every exchange once, in the order in which they began; redacted as the journal is. Session changes are none.

    ``unreadable`` entries are missing among them.
    """
    messages = [entry for entry in entries if not isinstance(entry.record, OfNoMessage)]
    rungs = [rung for outer in rungs_of(messages) for rung in outer.with_all_inside]
    rungs.sort(key=lambda rung: rung.entry.at)
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "session_inspector", "version": "1"},
            "pages": [],
            "entries": [archived(rung) for rung in rungs if not rung.is_change],
            "comment": f"{COMMENT} {of_unreadable(unreadable)}".rstrip(),
        }
    }


def archived(rung: Rung) -> dict[str, Any]:
    message = rung.message
    return {
        "startedDateTime": rung.entry.at.isoformat(),
        "time": message.ms,
        "request": request_of(rung),
        "response": response_of(rung),
        "cache": {},
        "timings": {"send": 0, "wait": message.ms, "receive": 0},
        "comment": f"{rung.server.title} called {rung.asked.title}" if rung.is_of_caller and rung.asked else "",
        "_channel": "back" if rung.is_call else "front",
        "_server": rung.entry.server,
        "_visitor": rung.entry.visitor,
    }


def request_of(rung: Rung) -> dict[str, Any]:
    message = rung.message
    called = rung.entry.call if rung.is_of_caller else None
    origin = f"{called.scheme}://{called.to}" if called else rung.server.origin
    query = urlencode([(name, in_line(value)) for name, value in message.query])
    request = {
        "method": message.method,
        "url": f"{origin}{quote(message.path)}" + (f"?{query}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [named(cookie.name, cookie.value) for cookie in rung.cookies],
        "headers": [named(name, value) for name, value in rung.headers.items()],
        "queryString": [named(name, value) for name, value in message.query],
        "headersSize": -1,
        "bodySize": -1,
    }
    if message.form:
        form = [named(name, value) for name, value in message.form]
        mime_type = rung.headers.get("Content-Type", "application/x-www-form-urlencoded")
        request["postData"] = {"mimeType": mime_type, "params": form, "text": ""}
    return request


def response_of(rung: Rung) -> dict[str, Any]:
    """A request that nobody answered has the status 0, as devtools write it."""
    status = rung.message.status
    told = () if rung.is_of_caller else rung.exchange.set_cookies
    headers = [named("Set-Cookie", set_cookie_line(cookie).partition(": ")[2]) for cookie in told]
    location = in_line(rung.location) if rung.location else ""
    return {
        "status": status or 0,
        "statusText": phrase(status) if status else rung.entry.call.failure,
        "httpVersion": "HTTP/1.1",
        "cookies": [named(cookie.name, cookie.value) for cookie in told if not is_deletion(cookie.attributes)],
        "headers": headers + ([named("Location", location)] if location else []),
        "content": {"size": -1, "mimeType": ("" if rung.is_of_caller else rung.exchange.type) or "x-unknown"},
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": -1,
    }


def named(name: str, value: Value) -> dict[str, str]:
    return {"name": name, "value": in_line(value)}
