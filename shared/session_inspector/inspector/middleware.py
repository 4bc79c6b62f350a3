"""What may be asked of the inspector, and what it says when the journal cannot be read."""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix

from session_inspector.configuration import configuration
from session_inspector.inspector.viewer import viewer, viewer_of, viewing
from session_inspector.inspector_address import NAME_IN_PATH
from session_inspector.journal.participants import one_roll
from session_inspector.journal.queries import noting_what_is_unreadable

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
# A page may load what the inspector itself serves, and nothing of any other host.
SOURCES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(map(" ".join, SOURCES.items()))


def at_own_address(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: answer at the inspector's own host and port, lead its other loopback names there, and refuse the
    rest: a page of another host that lets its name mean this machine must read nothing here."""
    own = configuration().inspector.partition("//")[2]

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.META.get("HTTP_HOST", "").lower()
        if asked == own:
            response = get_response(request)
        elif request.method in ("GET", "HEAD") and split_domain_port(asked)[0] in LOOPBACK:
            response = HttpResponseRedirect(configuration().inspector + request.get_full_path())
        else:
            response = HttpResponseBadRequest(f"This is {configuration().inspector}/.", content_type="text/plain")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


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


class ViewerMiddleware:
    """Say who asks (``viewer``), and refuse what they may not. Stands behind ``JournalMiddleware``.

    The private name is taken out of the path, and every address that a page of its viewer leads to begins with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = NAME_IN_PATH.fullmatch(request.path_info) if configuration().own_only else None
        one = viewer_of(request, found[1] if found else "")
        if found:
            request.path_info = found[2] or "/"
        prefix = get_script_prefix()
        set_script_prefix(f"{prefix}{one.name}/" if one.name else prefix)
        try:
            with viewing(one):
                response = self.get_response(request)
        finally:
            set_script_prefix(prefix)
        response.headers.setdefault("Referrer-Policy", "same-origin")  # no other server is told the address
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Both marks are set by ``decorators``. A page without one is for who may see somebody's entries."""
        if viewer().is_nobody and not getattr(view, "is_for_anybody", False):
            shown = {"is_with_key": bool(configuration().key)}
            return render(request, "session_inspector/inspector/nobody.html", shown, status=403)
        is_form = request.method not in ("GET", "HEAD", "OPTIONS")
        if is_form and getattr(view, "is_concerning_all", False) and not viewer().sees_all:
            return render(request, "session_inspector/inspector/key_needed.html", status=403)
        return None


def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return render(request, "session_inspector/inspector/unreadable.html", {"error": error}, status=503)
