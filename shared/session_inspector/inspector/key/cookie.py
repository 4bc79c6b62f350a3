"""That a browser has entered the key, in a signed cookie: the key itself is not in it."""

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from session_inspector.configuration import configuration

LASTS = 12 * 60 * 60  # seconds
SALT = "session_inspector.key"


def has_key(request: HttpRequest) -> bool:
    """Whether its browser has entered the present key."""
    said = request.get_signed_cookie(name_for(request), default="", salt=SALT, max_age=LASTS)
    return bool(configuration().key) and constant_time_compare(said or "", digest_of_key())


def is_key(entered: str) -> bool:
    return bool(configuration().key) and constant_time_compare(entered, configuration().key)


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, which lets its browser keep that it has entered the key."""
    response.set_signed_cookie(
        name_for(request),
        digest_of_key(),
        salt=SALT,
        max_age=LASTS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


def drop(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, which lets its browser forget that."""
    response.delete_cookie(name_for(request), samesite="Strict")
    return response


def name_for(request: HttpRequest) -> str:
    """Over https with a prefix: no other host can set such a cookie."""
    return "__Host-inspector_key" if request.is_secure() else "inspector_key"


def digest_of_key() -> str:
    return salted_hmac(SALT, configuration().key, algorithm="sha256").hexdigest()
