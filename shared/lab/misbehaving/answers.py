"""What the answers of the provider are made of, and at which of its paths each is given: the paths are Identity's."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

AUTHORIZE, END_SESSION = "/identity/o/authorize", "/identity/o/logout"
TOKEN, USERINFO, JWKS = "/identity/o/api/token", "/identity/o/api/userinfo", "/.well-known/jwks.json"
CLIENT_ID = "the-shop"  # by what name this provider knows site B
MISSING = object()


class Answer(NamedTuple):
    status: int
    body: str | bytes
    content_type: str = "text/plain"
    headers: Mapping[str, str] = {}


def from_now(seconds: float) -> Callable[[], int]:
    return lambda: int(time.time() + seconds)


def without_missing(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are now: a function stands for what it returns, ``MISSING`` for nothing."""
    return {name: value() if callable(value) else value for name, value in values.items() if value is not MISSING}
