"""Who may keep a copy of a page, and who may load it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def keep_pages_private(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: only this browser may keep an answer, and asks again before it uses its copy (RFC 9111, 5.2.2); and a
    browser gives it to pages of this origin only, not to those of another port or host (Fetch, 3.7).

    A page shows who somebody is, a refusal what was sent. Without the first line, a cache may keep an answer by rules
    of its own. A view that says something else is not overruled: what is for everybody, or may be kept nowhere.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
