"""What a site asks identity on the back channel, and what it is told."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.conf import settings

from shared.explain.parameters import OF_HEADER
from shared.journal.keep import keep
from shared.journal.models import Entry
from shared.journey import journey_in
from shared.recorder.changes import current
from shared.recorder.exchange import MOST_CHARACTERS, fitting
from shared.recorder.watch import watched
from shared.redaction import redacted, redacted_pairs, redacted_path, redacted_query, shortened
from shared.servers import SERVERS


def note_call(sender, **call) -> None:
    if settings.RECORDING:
        watched(lambda: keep(entry_of_call(**call)))


def note_id_token(sender, **checked) -> None:
    """A token belongs to the exchange in which it is looked at."""
    changes = current.get()
    if changes is not None:
        changes.id_token = token_as_kept("ID Token", **checked)


def note_logout_token(sender, **checked) -> None:
    changes = current.get()
    if changes is not None:
        changes.logout_token = token_as_kept("logout token", **checked)


def token_as_kept(
    what: str, header: dict, claims: dict | None, passed: list[str], failed: str, **kwargs
) -> dict[str, Any]:
    kept = watched(lambda: fitting(redacted("", claims or {})))
    head = watched(lambda: fitting({name: shortened(str(header[name])) for name in OF_HEADER if name in header}))
    refused = f"The {what} was refused because of its “{failed}”." if failed else ""
    return {"header": head or {}, "claims": kept or {}, "passed": passed, "failed": failed, "refused": refused}


def note_failed(sender, failure, **kwargs) -> None:
    """Why a sign-in failed belongs to the exchange whose page says so."""
    changes = current.get()
    if changes is not None:
        changes.failed = {"what": failure.what, "detail": shortened(failure.detail)}


def entry_of_call(
    request: requests.PreparedRequest,
    status: int | None,
    answer: object,
    failure: str,
    at: datetime,
    seconds: float,
    **kwargs,
) -> Entry:
    """The exchange as the caller saw it."""
    target = urlsplit(request.url)
    host = request.headers["Host"]
    return Entry(
        at=at,
        server=settings.SERVER.name,
        kind=Entry.Kind.EXCHANGE,
        journey=journey_in(request.headers.get("traceparent", "")),
        content={
            "channel": "back",
            "to": next((server.name for server in SERVERS if server.netloc == host), host),
            "method": request.method,
            "path": redacted_path(target.path),
            "query": redacted_query(target.query),
            "form": redacted_pairs(form_of(request.body)),
            "cookies": [],
            "more_cookies": 0,
            "status": status,
            "answer": redacted("", answer) if len(json.dumps(answer)) < MOST_CHARACTERS else None,
            "failure": failure.replace("_", " "),
            "ms": round(seconds * 1000, 1),
        },
    )


def form_of(body: str | bytes | None) -> list[tuple[str, str]]:
    return parse_qsl(body.decode() if isinstance(body, bytes) else body or "")
