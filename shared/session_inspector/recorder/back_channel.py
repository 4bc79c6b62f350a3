"""What a site asks its provider on the back channel, and what it is told."""

import json
from datetime import datetime

from bounded_http import Request
from session_inspector.configuration import configuration
from session_inspector.explain.parameters import OF_HEADER
from session_inspector.journal.database import redactor
from session_inspector.journal.schema import BackChannelCall, CheckedToken, Entry, Failure
from session_inspector.journal.writer import append
from session_inspector.recorder.fitting import MAX_CHARACTERS, fitting
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.session_changes import current
from session_inspector.redaction import redacted_path, shortened
from trace_context import journey_in


def note_call(sender, **call) -> None:
    if configuration().is_recording:
        never_raise(lambda: append(entry_of_call(**call)))


def note_id_token(sender, **checked) -> None:
    """A token belongs to the exchange in which it is looked at."""
    changes = current.get()
    if changes is not None:
        changes.noted.id_token = token_as_kept("ID Token", **checked)


def note_logout_token(sender, **checked) -> None:
    changes = current.get()
    if changes is not None:
        changes.noted.logout_token = token_as_kept("logout token", **checked)


def token_as_kept(
    what: str, header: dict, claims: dict | None, passed: list[str], failed: str, **kwargs
) -> CheckedToken:
    kept = never_raise(lambda: fitting(redactor().values(claims or {})))
    head = never_raise(lambda: fitting({name: shortened(str(header[name])) for name in OF_HEADER if name in header}))
    refused = f"The {what} was refused because of its “{failed}”." if failed else ""
    return CheckedToken(head or {}, kept or {}, tuple(passed), failed, refused)


def note_failed(sender, failure, **kwargs) -> None:
    """Why a sign-in failed belongs to the exchange whose page says so."""
    changes = current.get()
    if changes is not None:
        changes.noted.failed = Failure(failure.what, shortened(failure.detail))


def entry_of_call(
    request: Request,
    status: int | None,
    answer: object,
    failure: str,
    at: datetime,
    seconds: float,
    **kwargs,
) -> Entry:
    """The exchange as the caller saw it."""
    return Entry(
        at=at,
        server=configuration().name,
        journey=journey_in(request.headers.get("traceparent", "")),
        record=BackChannelCall(
            to=request.host,
            method=request.method,
            path=redacted_path(request.target.path),
            query=redactor().query(request.target.query),
            form=redactor().pairs(list((request.form or {}).items())),
            status=status,
            answer=redactor().value("", answer) if len(json.dumps(answer)) < MAX_CHARACTERS else None,
            failure=failure.replace("_", " "),
            ms=round(seconds * 1000, 1),
            scheme=request.target.scheme,
        ),
    )
