"""Records what happens when somebody signs in with a password, for the page that explains it.

Nothing here decides anything: it records what Django's ``authenticate()`` and ``login()`` were given, returned and
changed. The record is stored in the new session, under ``sign_in``.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from session_inspector.journal.database import redactor
from session_inspector.redaction import beginning

NOTE = "sign_in"


def state_of(request: HttpRequest, user: AbstractBaseUser | None = None) -> dict[str, Any]:
    """Everything that a sign-in may change, as text: session, CSRF token, ``request.user``, ``last_login``."""
    last = user and user.last_login
    return {
        "key": start_of(request.session.session_key),
        "values": {name: redactor().value(name, value) for name, value in request.session.items()},
        "csrf": start_of(request.META.get("CSRF_COOKIE")),
        "user": request.user.get_username() or AnonymousUser.__name__,
        "last_login": last.isoformat(timespec="seconds") if last else None,
    }


def start_of(secret: str | None) -> str | None:
    return f"{beginning(secret)}…" if secret else None


def note_authenticate(
    request: HttpRequest, credentials: dict[str, str], before: dict[str, Any], user: AbstractBaseUser | None
) -> None:
    """Keep, until ``login()``, what ``authenticate()`` was given and returned, and what it changed."""
    after = state_of(request)
    vars(request)["authenticate_note"] = {
        "given": {name: value if name != "password" else None for name, value in credentials.items()},
        "asked": list(settings.AUTHENTICATION_BACKENDS),
        "answered": user and user.get_username(),
        "backend": getattr(user, "backend", None),  # for a disabled user, there is none
        "changed": [name for name in after if after[name] != before[name]],
    }


def note_login(request: HttpRequest, user: AbstractBaseUser, before: dict[str, Any]) -> None:
    """Store the whole record in the session that ``login()`` has just made, if a password was checked before."""
    noted = vars(request).get("authenticate_note")
    if noted is None:
        return
    after = state_of(request, user)
    request.session[NOTE] = {
        "authenticate": noted,
        "login": {
            "key": [before["key"], after["key"]],
            "written": [name for name in after["values"] if after["values"][name] != before["values"].get(name)],
            "csrf": [before["csrf"], after["csrf"]],
            "user": [before["user"], after["user"]],
            "last_login": [before["last_login"], after["last_login"]],
        },
    }
