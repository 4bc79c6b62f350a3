"""The one door to identity, from server to server: no browser, no cookies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.dispatch import Signal
from django.utils import timezone

from shared.journey import journey_of, traceparent
from shared.relying_party.failures import SignInFailed

# Sent after each call: request (requests.PreparedRequest), response (requests.Response, None if none came), failure
# (why none came, or nothing), answer (the decoded JSON, or None), at (datetime), seconds.
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


def call(method: str, url: str, **kwargs) -> dict:
    """Send one request to the provider and return its JSON object.

    Connects to ``OIDC_OP_ADDRESS`` and names in ``Host`` the origin that browsers use, so that identity answers under
    its one name. Raises ``SignInFailed`` (502) for every answer but 200 with a JSON object, and for none.
    """
    target = urlsplit(url)
    headers = {"Host": target.netloc, **kwargs.pop("headers", {})}
    if journey.get():
        headers["traceparent"] = traceparent(journey.get())
    request = requests.Request(
        method, urlunsplit(target._replace(netloc=settings.OIDC_OP_ADDRESS)), headers=headers, **kwargs
    ).prepare()
    at, started = timezone.now(), time.perf_counter()
    response, failure = send(request)
    answer = json_of(response)
    seconds = time.perf_counter() - started
    called.send(call, request=request, response=response, failure=failure, answer=answer, at=at, seconds=seconds)
    if response is None:
        raise SignInFailed("identity did not answer.", f"{target.path}: {failure}", 502)
    if response.status_code != 200:
        reason = answer.get("error", "") if isinstance(answer, dict) else ""
        raise SignInFailed("identity refused.", f"{target.path}: {response.status_code} {reason}".rstrip(), 502)
    if not isinstance(answer, dict):
        raise SignInFailed("identity's answer could not be read.", f"{target.path}: no JSON object", 502)
    return answer


def send(request: requests.PreparedRequest) -> tuple[requests.Response | None, str]:
    """The response, or None with the reason why there is none."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc may come between two servers of one machine
        try:
            return session.send(request, timeout=settings.OIDC_TIMEOUT, allow_redirects=False), ""
        except requests.RequestException as error:
            return None, type(error).__name__


def json_of(response: requests.Response | None) -> Any:
    """The decoded JSON of a response; None if it is none."""
    try:
        return None if response is None else response.json()
    except requests.JSONDecodeError:
        return None
