"""The only place that calls the provider, from server to server: no browser, no cookies."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from django.conf import settings
from django.dispatch import Signal
from django.utils import timezone

from bounded_http import Answer, NoAnswer, Request, exchange
from pooled_connections import give_back
from relying_party.failures import Said, SignInFailed, words_in
from trace_context import journey_of, traceparent

# Sent after each call: request (bounded_http.Request), status (None without an answer), answer (the decoded JSON,
# or None), failure (the reason of a ``NoAnswer``, or an empty text), at (datetime), seconds.
called = Signal()

SECRETS = ("code", "code_verifier", "client_secret", "client_assertion")  # fields of a form
QUOTED = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')  # a parameter of a challenge (RFC 9110, section 11.2)
TRIES = 2  # to open a connection: a code is still good then, since nothing was sent

# The sign-in that the calls of this thread belong to.
journey: ContextVar[str] = ContextVar("journey", default="")


@contextmanager
def on_behalf_of(state: str) -> Iterator[None]:
    """Calls made within this context belong to the sign-in with that ``state``, and carry its ``traceparent``."""
    token = journey.set(journey_of(state))
    try:
        yield
    finally:
        journey.reset(token)


def call(method: str, url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Send one request to the provider and return its answer, which is a 200.

    Connects to ``OIDC_OP_ADDRESS``, where that is set, and sends the ``Host`` that browsers use: the provider's issuer
    stays the same. Raises ``SignInFailed``.
    """
    of_journey = {"traceparent": traceparent(journey.get())} if journey.get() else {}
    address = getattr(settings, "OIDC_OP_ADDRESS", "")
    sent = {**(headers or {}), **of_journey}
    request = Request(method, url, sent, form, address, settings.OIDC_PROXY_ADDRESS, settings.OIDC_CA_BUNDLE)
    at, started = timezone.now(), time.perf_counter()
    answer, failure = None, ""
    give_back()
    try:
        answer = exchange(request, *settings.OIDC_TIMEOUT, settings.OIDC_MAX_BYTES, TRIES)
        check_status(answer, request)
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


def check_status(answer: Answer, request: Request) -> None:
    """Refuse every status but 200, and distinguish a refused code from a refused client (RFC 6749, section 5.2), and
    both from a provider that is busy (RFC 9110, section 15.6.4)."""
    if answer.status == 200:
        return
    said = words_of(answer, request)
    error = said.error[:100] if said else ""
    refused = {"invalid_grant": "code_refused", "invalid_client": "client_refused"}.get(error, "failed")
    reason = "busy" if answer.status == 503 else refused
    raise SignInFailed(reason, f"{answer.status} {error}".rstrip(), said=said)


def words_of(answer: Answer, request: Request) -> Said | None:
    """The provider's words: in the body (RFC 6749, section 5.2), or in the header (RFC 6750, section 3)."""
    body = answer.json if isinstance(answer.json, dict) else {}
    header = dict(QUOTED.findall(answer.headers.get("WWW-Authenticate", "")))
    words = next((one for one in (body, header) if "error" in one), None)
    return None if words is None else words_in(words, secrets_in(request))


def secrets_in(request: Request) -> list[str]:
    """What the request has that nobody else may read, should the answer repeat it."""
    form = request.form or {}
    sent = [form[name] for name in SECRETS if name in form]
    return [*sent, request.headers.get("Authorization", "").partition(" ")[2], *own_secrets()]


def own_secrets() -> list[str]:
    return [getattr(settings, "OIDC_RP_CLIENT_SECRET", None) or ""]


def json_object(answer: Answer) -> dict:
    """The JSON object that the answer holds. Raises ``SignInFailed`` where there is none."""
    if not isinstance(answer.json, dict):
        raise SignInFailed("unreadable", f"no JSON object, but {answer.content_type or 'something without a type'}")
    return answer.json
