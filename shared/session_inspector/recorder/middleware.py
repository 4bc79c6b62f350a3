"""The recorder's place in a server: around everything else."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.journal.writer import append
from session_inspector.recorder.exchange import entry_of
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.session_changes import collected, others, row_after
from session_inspector.recorder.session_snapshot import row_before


class RecorderMiddleware:
    """Hand every exchange to the journal, static files excepted, and leave its entry at ``request.exchange``.

    Stands outside everything whose effect it records. Whatever happens in here, the response is the one that would
    have been without it. Where the setting says so, nothing is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        at, started = timezone.now(), time.perf_counter()
        before = never_raise(row_before, request)
        with collected(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")) as changes:
            response = self.get_response(request)
        seconds = time.perf_counter() - started
        if before is not None:  # where the table cannot be read, nothing is said of the row
            never_raise(record, request, response, before, changes, at, seconds)
        return response


def record(request, response, before, changes, at, seconds) -> None:
    """Keep the exchange, after those session changes that are not its own."""
    after = row_after(request, response, before, changes)
    own = {request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), before.key, after.key}
    request.exchange = entry_of(request, response, before, after, changes.noted, at, seconds)
    if configuration().recording:
        append(*others(changes, own, request.exchange.exchange.path), request.exchange)
