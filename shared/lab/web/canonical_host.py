"""One name for each server: the origin that browsers use, and no other."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


class CanonicalHostMiddleware:
    """Let requests for this server's own host and port pass; lead its loopback names there; refuse every other.

    A server that answered under two names would have two cookie jars in every browser, and two issuers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("HTTP_HOST", "").lower()
        if asked == settings.SERVER.netloc:
            return self.get_response(request)
        if request.method in ("GET", "HEAD") and split_domain_port(asked)[0] in LOOPBACK:
            return HttpResponseRedirect(settings.SERVER.origin + request.get_full_path())
        return render(request, "foreign_host.html", {"asked": asked}, status=400)
