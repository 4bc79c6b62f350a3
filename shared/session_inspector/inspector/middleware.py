"""What may be asked of the inspector, and what it says when the journal cannot be read."""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from session_inspector.configuration import configuration
from session_inspector.journal.participants import one_roll
from session_inspector.journal.queries import noting_what_is_unreadable


def from_own_pages_only(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: what changes something comes from a page of the inspector, as the browser's ``Origin`` says.

    A CSRF token would need a cookie. Browsers send ``Origin`` with every POST (Fetch, section 3.2), and no page can
    write it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        origin = configuration().inspector
        if request.method in ("GET", "HEAD", "OPTIONS") or request.headers.get("Origin") == origin:
            return get_response(request)
        return render(request, "session_inspector/inspector/foreign_origin.html", {"inspector": origin}, status=403)

    return middleware


class JournalMiddleware:
    """A journal that was deleted is an empty one, and one that cannot be read is a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with one_roll(), noting_what_is_unreadable():
                return self.get_response(request)
        except DatabaseError as error:
            return unreadable(request, error)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unreadable(request, exception) if isinstance(exception, DatabaseError) else None


def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return render(request, "session_inspector/inspector/unreadable.html", {"error": error}, status=503)
