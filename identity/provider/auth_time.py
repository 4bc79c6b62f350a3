"""When and how the person of a session proved who they are: ``auth_time``, ``max_age`` and ``amr`` of OpenID Connect
Core, 2 and 3.1.2.1.

They come from allauth's records in this session, not from ``last_login``, which another browser may have changed. A
session without such a record (made without a password) has no ``auth_time``, and is too old for every ``max_age``.
"""

import time

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

REFERENCES = {"password": "pwd"}


def auth_time(request: HttpRequest) -> float | None:
    return max((record["at"] for record in get_authentication_records(request, request.user)), default=None)


def methods(request: HttpRequest) -> list[str]:
    """The methods of authentication: ``amr``, with the values of RFC 8176."""
    records = get_authentication_records(request, request.user)
    return sorted({REFERENCES[record["method"]] for record in records if record["method"] in REFERENCES})


def is_older_than(request: HttpRequest, max_age: str | None) -> bool:
    """Whether ``max_age``, if the request has one, requires the password again."""
    if not max_age:
        return False
    at = auth_time(request)
    return at is None or time.time() - at > int(max_age)
