"""Pages for requests that are refused before a view sees them."""

from collections.abc import Callable

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from session_inspector.redaction import names_a_secret

# What a form brings without anybody typing it.
NOT_TYPED = {"opened_in_session", "page", "next"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Like the next two instead of Django's own, which read the form for its CSRF token: a 500 if it is malformed.

    Django takes it for a bad request, too, when a session cannot be stored at the end of one.
    """
    if not isinstance(exception, SessionInterrupted):
        why = str(exception) if isinstance(exception, BadRequest) else ""
        return render(request, "400.html", {"why": why}, status=400)
    if comes_of_a_database(exception):
        return render(request, "session_not_stored.html", status=503)
    return render(request, "session_interrupted.html", status=400)


def comes_of_a_database(error: BaseException | None) -> bool:
    """Whether the database failed; that a row is gone is no failure of it."""
    return error is not None and (isinstance(error, OperationalError) or comes_of_a_database(error.__context__))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that Django's protection against forged requests refuses, for that ``reason``. What was typed into it is
    shown, so that it is not lost."""
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if value and name not in NOT_TYPED and not names_a_secret(name)
    ]
    return render(request, "403_csrf.html", {"typed": typed, "reason": reason}, status=403)


def say_what_is_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: a page for 405, which Django answers with no word at all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            context = {"method": request.method, "allowed": response.headers["Allow"]}
            response.content = render(request, "405.html", context).content
        return response

    return middleware
