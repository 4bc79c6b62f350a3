"""Front-channel logout: a page of Identity has a frame of site A, which ends the session of whoever asks for it.

OpenID Connect Front-Channel Logout 1.0, as far as a frame of one site needs it: nothing is registered, and ``iss`` and
``sid`` are left out.
"""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lab.servers import SITE_A

PAGE = "/front-channel/"
FRAME = "/oidc/front-channel-logout/"


class FrontChannelPageMiddleware:
    """At the provider: answer one more address, with a page that has the frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PAGE:
            return self.get_response(request)
        return render(request, "front_channel.html", {"address": f"{SITE_A.origin}{FRAME}"})


class FrontChannelLogoutMiddleware:
    """At the site: answer one more address, which is shown in the frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != FRAME:
            return self.get_response(request)
        name = request.user.get_username()
        logout(request)
        return render(request, "front_channel_logout.html", {"name": name})
