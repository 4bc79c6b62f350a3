"""The one door to identity, from server to server: no browser, no cookies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.dispatch import Signal
from django.utils import timezone

from bounded_http import Answer, NoAnswer, exchange, request_to
from relying_party.failures import SignInFailed
from trace_context import journey_of, traceparent

# Sent after each call: request (requests.PreparedRequest), status (None if nothing came), answer (the decoded JSON, or
# None), failure (why nothing of use came, or nothing), at (datetime), seconds.
called = Signal()

# The sign-in on whose behalf the calls of this thread are made.
journey: ContextVar[str] = ContextVar("journey", default="")


@contextmanager
def on_behalf_of(state: str) -> Iterator[None]:
    """Calls made within are part of the sign-in with that ``state``, and say so."""
    token = journey.set(journey_of(state))
    try:
        yield
    finally:
        journey.reset(token)


def call(method: str, url: str, **kwargs) -> Answer:
    """Send one request to the provider and return its answer, which is a 200.

    Connects to ``OIDC_OP_ADDRESS``, where that is set, and names in ``Host`` the origin that browsers use, so that
    identity answers under its one name. Raises ``SignInFailed``.
    """
    request = request_for(method, url, **kwargs)
    at, started = timezone.now(), time.perf_counter()
    answer, failure = None, ""
    try:
        answer = exchange(request, *settings.OIDC_TIMEOUT, settings.OIDC_MAX_BYTES)
        check_status(answer)
        return answer
    except NoAnswer as error:
        failure = error.reason
        raise SignInFailed(error.reason, f"{urlsplit(url).path}: {error.detail}") from error
    except SignInFailed as error:
        error.detail = f"{urlsplit(url).path}: {error.detail}"
        raise
    finally:
        called.send_robust(
            call,
            request=request,
            status=answer and answer.status,
            answer=answer and answer.json,
            failure=failure,
            at=at,
            seconds=time.perf_counter() - started,
        )


def request_for(method: str, url: str, **kwargs) -> requests.PreparedRequest:
    headers = {"Accept-Encoding": "identity", **kwargs.pop("headers", {})}
    if journey.get():
        headers["traceparent"] = traceparent(journey.get())
    return request_to(url, method, address=getattr(settings, "OIDC_OP_ADDRESS", ""), headers=headers, **kwargs)


def check_status(answer: Answer) -> None:
    """Go on with a 200 only, and say of the others whether it is the code or the client that was refused.

    RFC 6749, section 5.2.
    """
    if answer.status == 200:
        return
    told = answer.json
    error = str(told.get("error", ""))[:100] if isinstance(told, dict) else ""
    reason = {"invalid_grant": "code_refused", "invalid_client": "client_refused"}.get(error, "failed")
    raise SignInFailed(reason, f"{answer.status} {error}".rstrip())


def json_object(answer: Answer) -> dict:
    """The JSON object that the answer holds. Raises ``SignInFailed`` where there is none."""
    if not isinstance(answer.json, dict):
        raise SignInFailed("unreadable", f"no JSON object, but {answer.content_type or 'something without a type'}")
    return answer.json
