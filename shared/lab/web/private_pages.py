"""Who may keep a copy of a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def keep_pages_private(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: only this browser may keep an answer, and asks again before it uses its copy (RFC 9111, 5.2.2).

    A page shows who somebody is, a refusal what was sent. Without this line, a cache may keep an answer by rules of its
    own. A view that says something else is not overruled: what is for everybody, or may be kept nowhere.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware
