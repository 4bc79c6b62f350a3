"""Forget one's browser: a page of each server, which leads on to the next one and from the last to the inspector."""

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lab.servers import IDENTITY, INSPECTOR, SERVERS, Server


def next_to_forget() -> Server:
    servers = [*SERVERS, INSPECTOR]
    return servers[servers.index(settings.SERVER) + 1]


@csp_update({"form-action": [next_to_forget().origin]})  # browsers check where a form's answer leads to
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Ask, then delete this browser's row, signed in or not, and this server's cookies: nobody else can."""
    onward = next_to_forget()
    address = f"{onward.origin}/start-over/?forgotten=yes" if onward == INSPECTOR else f"{onward.origin}{request.path}"
    if request.method != "POST":
        own = [name for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) if name in request.COOKIES]
        return render(
            request, "forget.html", {"onward": onward, "cookies": own, "tells_sites": settings.SERVER == IDENTITY}
        )
    logout(request)  # the session cookie goes with the session
    response = redirect(address)
    response.delete_cookie(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_PATH, settings.CSRF_COOKIE_DOMAIN)
    return response
