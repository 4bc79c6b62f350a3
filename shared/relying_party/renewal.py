"""Asks the provider again, after a while, whether the person is still signed in there."""

import time
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

from relying_party.authentication_request import RequestView

DUE = "oidc_id_token_expiration"  # mozilla-django-oidc's: sign-in sets it, OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS ahead
# By what a script says that it is one, also over plain http, where browsers send no Sec-Fetch-…: jQuery and others,
# htmx, Turbo, Unpoly, PJAX.
SCRIPTS = ("X-Requested-With", "HX-Request", "Turbo-Frame", "X-Turbo-Request-Id", "X-Up-Version", "X-PJAX")
OF_TURBO = (
    "text/html, application/xhtml+xml",
    "text/vnd.turbo-stream.html",
)  # how its Accept begins; no browser's does
PREFETCH = ("Sec-Purpose", "X-Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # headers that say so
AGAIN_AFTER = 60  # seconds until the provider is asked again, also if it did not answer


class RenewalMiddleware:
    """Sends the browser to the provider and back when it is due. The provider shows no page (``prompt=none``).

    mozilla-django-oidc's ``SessionRefresh`` would repeat that endlessly while the provider is down, and keeps one
    target for all tabs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view) -> HttpResponse | None:
        if opens_a_page(request) and is_due(request) and is_first_to_ask(request):
            request.session[DUE] = time.time() + AGAIN_AFTER
            return RequestView.as_view(silent=True)(request)
        if request.method == "GET" and is_by_script(request) and not is_sign_in(request) and is_due(request):
            return go_and_ask(request)
        return None


def opens_a_page(request: HttpRequest) -> bool:
    """Whether the browser opens a page in a window: only then can it go elsewhere and come back.

    A script, a frame or a prefetch cannot; a form that is being sent would lose what was typed.
    """
    headers = request.headers
    is_navigation = headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and not any(map(headers.get, PREFETCH))
    is_page = "text/html" in headers.get("Accept", "") and headers.get("Sec-Fetch-Dest", "document") == "document"
    return (
        request.method == "GET" and is_navigation and is_page and not is_sign_in(request) and not is_by_script(request)
    )


def is_sign_in(request: HttpRequest) -> bool:
    """Whether it is for one of the addresses of this app."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith("oidc_")


def is_by_script(request: HttpRequest) -> bool:
    """Whether a script says that it asks, and waits for the answer. One that does not say so is left alone."""
    headers = request.headers
    is_named = any(name in headers for name in SCRIPTS) or headers.get("Accept", "").startswith(OF_TURBO)
    return is_named and not any(map(headers.get, PREFETCH))


def go_and_ask(request: HttpRequest) -> HttpResponse:
    """Tells a script that its page must be opened anew: a redirect to the provider would fail, since that allows no
    script of other origins. The status and the names are those of mozilla-django-oidc; htmx opens the page by itself.
    """
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    where = page if url_has_allowed_host_and_scheme(page, {request.get_host()}) else "/"
    headers = {"refresh_url": where, "HX-Refresh": "true", "Cache-Control": "no-store"}
    return JsonResponse({"refresh_url": where}, status=403, headers=headers)


def is_due(request: HttpRequest) -> bool:
    """Whether somebody is signed in, and the provider was asked long ago. So it is, too, where the clock was set back:
    the moment would else come that much later."""
    due = request.session.get(DUE)
    longest = settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS + AGAIN_AFTER  # a clock may be put right by some seconds
    return due is not None and not 0 < due - time.time() <= longest and request.user.is_authenticated


def is_first_to_ask(request: HttpRequest) -> bool:
    """Of several tabs that open at the same time, one asks: they would overwrite each other's session."""
    key = request.session.session_key or ""
    return cache.add(f"{DUE}.{sha256(key.encode()).hexdigest()}", True, AGAIN_AFTER)
