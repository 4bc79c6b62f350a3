"""A site that takes its time between reading a session and writing it: two requests can overlap by hand."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SECONDS = 8


class SlowMiddleware:
    """Read the session, wait, and only then let the view work with it: a form of somebody who has a cart waits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/cart/add/" and request.session.get("cart"):
            time.sleep(SECONDS)
        return self.get_response(request)
