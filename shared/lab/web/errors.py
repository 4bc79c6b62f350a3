"""Pages for requests that are refused before a view sees them, and for those that fail."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from lab.web.database_failures import STATUS, failure_of, said_by_sqlite
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
    return failed_database(request, exception) or render(request, "session_interrupted.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that failed is no fault of the code: it has a page of its own."""
    return failed_database(request, sys.exc_info()[1]) or defaults.server_error(request)


def failed_database(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """What is said of the failure that the error comes of, if it comes of one: a page, and JSON for programs, which do
    not ask for a page. Made without the request: to say who somebody is, a page would need the database."""
    failure = failure_of(error)
    if failure is None:
        return None
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        shown = {"failure": failure, "said": said_by_sqlite(error), "database": settings.DATABASES["default"]["NAME"]}
        response = HttpResponse(render_to_string("database_failure.html", shown), status=STATUS)
    else:
        said = {"error": "temporarily_unavailable", "error_description": f"{failure.what} {failure.remedy}"}
        response = JsonResponse(said, status=STATUS)
    response.headers["Cache-Control"] = "no-store"
    if failure.retry_after:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


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


def refuse_a_length_that_is_no_number(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: Django takes ``Content-Length`` for a number wherever a form is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and len(length) < 20:
            return get_response(request)
        return render(request, "400.html", status=400)

    return middleware


def say_what_is_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: a page for 405, which Django answers with no word at all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            context = {"method": request.method, "allowed": response.headers["Allow"]}
            response.content = render(request, "405.html", context).content
        return response

    return middleware
