"""Forget one's browser: a page of each server, which leads on to the next one and from the last to the inspector."""

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lab.servers import IDENTITY
from lab.web.start_over import SCENARIO, onward, sends_itself, server_after, what_then


@csp_update({"form-action": [server_after().origin]})  # browsers check where a form's answer leads to
@never_cache  # whether it sends itself depends on where the browser came from
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Ask, then delete this browser's row, signed in or not, and this server's cookies: nobody else can."""
    if request.method != "POST":
        own = [name for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) if name in request.COOKIES]
        shown = {
            "onward": server_after(),
            "cookies": own,
            "tells_sites": settings.SERVER == IDENTITY,
            "sends_itself": sends_itself(request),
        }
        return render(request, "forget.html", shown)
    logout(request)  # the session cookie goes with the session
    response = onward(request)
    response.delete_cookie(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_PATH, settings.CSRF_COOKIE_DOMAIN)
    if what_then(request) == SCENARIO:  # another run may have left cookies of other names here
        response.headers["Clear-Site-Data"] = '"cookies"'
    return response
