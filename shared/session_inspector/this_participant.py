"""What this project says of itself as a participant of the journal."""

from contextlib import suppress
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from session_inspector.configuration import configuration, of_settings
from session_inspector.journal.database import redactor
from session_inspector.participant import Participant
from session_inspector.place_of_sessions import PART, place_of_sessions
from session_inspector.session_store import engine

# The names under which django-allauth, mozilla-django-oidc and relying_party have their addresses.
ENDPOINTS = {
    "authenticate": "oidc_authentication_init",
    "callback": "oidc_authentication_callback",
    "backchannel_logout": "oidc_backchannel_logout",
    "authorize": "idp:oidc:authorization",
    "token": "idp:oidc:token",
    "userinfo": "idp:oidc:userinfo",
    "jwks": "idp:oidc:jwks",
    "sign_in": "account_login",
}


# What the first request to this process has named; empty before that. A browser may know the project by other names.
learned_origin = ""


def learn_origin(request: HttpRequest) -> None:
    """Only from a request whose ``Host`` the project accepts."""
    global learned_origin
    if not learned_origin:
        with suppress(DisallowedHost):
            learned_origin = f"{request.scheme}://{request.get_host()}"


def this_participant() -> Participant:
    """As the settings have it now."""
    return participant_with(settings.ROOT_URLCONF, configuration().origin or learned_origin)


@of_settings
def participant_with(urlconf: str, origin: str) -> Participant:
    said = configuration()
    return Participant(
        name=said.name,
        origin=origin,
        run=said.run,
        title=said.title or said.name,
        role=said.role,
        what=said.what,
        letter=said.letter,
        colour=said.colour,
        session_cookie=settings.SESSION_COOKIE_NAME,
        csrf_cookie=settings.CSRF_COOKIE_NAME,
        attributes=attributes_of_session_cookie(),
        engine=engine(),
        place=place_of_sessions(),
        signed_with=redactor().fingerprint(settings.SECRET_KEY)[:PART],
        endpoints=endpoints_in(urlconf),
        provider=origin_in(getattr(settings, "OIDC_OP_AUTHORIZATION_ENDPOINT", None) or ""),
    )


def origin_in(address: str) -> str:
    """Without a user. Empty for what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}" if place else ""


def attributes_of_session_cookie() -> dict[str, str]:
    """As a ``Set-Cookie`` names them; those that are not set are missing."""
    age = "" if settings.SESSION_EXPIRE_AT_BROWSER_CLOSE else settings.SESSION_COOKIE_AGE
    found = {
        "max-age": age,
        "path": settings.SESSION_COOKIE_PATH,
        "domain": settings.SESSION_COOKIE_DOMAIN,
        "samesite": settings.SESSION_COOKIE_SAMESITE,
        "httponly": settings.SESSION_COOKIE_HTTPONLY,
        "secure": settings.SESSION_COOKIE_SECURE,
    }
    return {name: str(value) for name, value in found.items() if value}


@cache
def endpoints_in(urlconf: str) -> dict[str, str]:
    return {name: path for name, view in ENDPOINTS.items() if (path := path_of(view, urlconf))}


def path_of(view: str, urlconf: str) -> str:
    try:
        return reverse(view, urlconf)
    except NoReverseMatch:
        return ""
