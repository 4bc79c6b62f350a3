"""Pages for requests that are refused before a view sees them, and for those that fail."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes
from django.views import defaults

from lab.web.busy import Taken, taken_of
from lab.web.database_failures import failure_of, said_by_database
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
    return unavailable(request, exception) or render(request, "session_interrupted.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """What is busy and a database that failed are no faults of the code: each has a page of its own."""
    return unavailable(request, sys.exc_info()[1]) or defaults.server_error(request)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """What is said of what the error comes of, if that is no fault of the code."""
    if taken := taken_of(error):
        return busy(request, taken)
    if failure := failure_of(error):
        shown = {"failure": failure, "said": said_by_database(error), "database": settings.DATABASES["default"]["NAME"]}
        return said_with_503(request, "database_failure.html", shown, f"{failure.what} {failure.remedy}")
    return None


def busy(request: HttpRequest, taken: Taken) -> HttpResponse:
    """With the time after which to come again (RFC 9110, 15.6.4).

    A page that was only looked at then goes on by itself, at the address that a view has left at ``request.goes_on_at``
    or at its own. A form is not sent again by itself.
    """
    its_own = escape_leading_slashes(request.get_full_path())  # "//x" would be another host
    again = getattr(request, "goes_on_at", its_own) if request.method in ("GET", "HEAD") else ""
    shown = {"taken": taken, "again": again, "seconds": taken.seconds}
    response = said_with_503(request, "busy.html", shown, f"{taken.what} Try again in {taken.seconds} seconds.")
    response.headers["Retry-After"] = str(taken.seconds)
    if again:
        response.headers["Refresh"] = f"{taken.seconds}; url={again}"
    return response


def said_with_503(request: HttpRequest, template: str, shown: dict[str, Any], said: str) -> HttpResponse:
    """A page, and JSON for programs, which do not ask for a page. Made without the request: to say who somebody is, a
    page would need the database. 503 also of a full disk: proxies and clients do not know 507 (RFC 4918, 11.5)."""
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        response = HttpResponse(render_to_string(template, shown), status=503)
    else:
        response = JsonResponse({"error": "temporarily_unavailable", "error_description": said}, status=503)
    response.headers["Cache-Control"] = "no-store"
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
