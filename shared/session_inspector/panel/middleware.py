"""Where the panel gets into a page."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from session_inspector.panel.parts import parts_of

PLACE = b"<!-- the session panel -->"

logger = logging.getLogger(__name__)


class PanelMiddleware:
    """Put the panel into each finished page that has a place for it.

    Outside SessionMiddleware, since only there the ``Set-Cookie`` of the response is known, and outside the recorder,
    whose entry of this exchange it shows. A fault in here costs the page its panel and nothing else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        exchange = getattr(request, "exchange", None)
        if exchange is None or response.streaming or PLACE not in response.content:
            return response
        try:
            panel = render_to_string("session_inspector/panel/panel.html", parts_of(exchange))
        except Exception:
            logger.exception("The panel could not be made")
            return response
        response.content = response.content.replace(PLACE, panel.encode(), 1)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        return response
