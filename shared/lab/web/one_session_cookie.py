"""Two session cookies in one request are refused, where ``SESSION_COOKIE_ONCE`` says so, instead of taking the last."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from session_inspector.cookie_header import pairs_in


class OneSessionCookieMiddleware:
    """Stands before the session's own middleware. Which of the two cookies is the server's nothing in the request says:
    there are names and values only (RFC 6265, 4.2.2). So neither is taken, and nothing is done.

    The server's own cookie has no ``Domain``. The browser is told to delete the one that names the parent domain: then
    only the own one is left. One with another path would stay, and would be refused again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.SESSION_COOKIE_ONCE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        if [came for came, _ in pairs_in(request.headers.get("Cookie", ""))].count(name) < 2:
            return self.get_response(request)
        parent = parent_of(request.get_host().partition(":")[0])
        response = refused(request, name, parent)
        if parent:
            response.delete_cookie(name, domain=parent)
        return response


def refused(request: HttpRequest, name: str, parent: str) -> HttpResponse:
    """A page, or JSON for a program that would rather have that."""
    if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
        return render(request, "session_cookie_twice.html", {"name": name, "parent": parent}, status=400)
    said = f"The cookie {name} came twice. Send only the one that this host has set, without Domain."
    return JsonResponse({"error": "session_cookie_twice", "error_description": said}, status=400)


def parent_of(host: str) -> str:
    """The domain for which a host beside this one may have set a cookie; empty for a name of one part, for which
    browsers take none."""
    parent = host.partition(".")[2]
    return parent if "." in parent else ""
