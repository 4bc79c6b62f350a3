"""A site that refuses two session cookies in one request, instead of taking the last of them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class OneSessionCookieMiddleware:
    """Stands before the session's own middleware. Which of the two cookies is the site's nothing in the request says:
    there are names and values only (RFC 6265, 4.2.2). So neither is taken, and nothing is done.

    The site's own cookie has no ``Domain``. The browser is told to delete the one that names the parent domain: then
    only the own one is left. One with another path would stay, and would be refused again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        if names_in(request.headers.get("Cookie", "")).count(name) < 2:
            return self.get_response(request)
        _, _, parent = request.get_host().partition(":")[0].partition(".")
        response = render(request, "session_cookie_twice.html", {"name": name, "parent": parent}, status=400)
        response.delete_cookie(name, domain=parent)
        return response


def names_in(header: str) -> list[str]:
    """Of all cookies, in the order in which they came."""
    return [pair.partition("=")[0].strip() for pair in header.split(";")]
