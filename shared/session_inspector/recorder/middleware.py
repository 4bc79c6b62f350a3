"""The recorder's place in a server: around everything else."""

import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.journal.writer import append
from session_inspector.recorder.exchange import entry_of
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.session_changes import collected, others, row_after
from session_inspector.recorder.session_snapshot import row_before
from session_inspector.recorder.way_to_inspector import leads_to_inspector, to_inspector
from session_inspector.system_checks import PANEL
from session_inspector.this_participant import learn_origin


class RecorderMiddleware:
    """Hand every exchange to the journal, static files excepted, and leave its entry at ``request.exchange``.

    Stands outside everything whose effect it records. Whatever happens in here, the response is the one that would
    have been without it. Where nothing is recorded, it is there only for a panel. Under ASGI, all that reads or writes
    a database does so in the thread of the request, not in the event loop.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        if not configuration().is_recording and PANEL not in settings.MIDDLEWARE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if is_static(request.path):
            return self.get_response(request)
        return self.answer_async(request) if self.is_async else self.answer(request)

    def answer(self, request: HttpRequest) -> HttpResponse:
        if leads_to_inspector(request):
            return to_inspector(request)
        at, started = timezone.now(), time.perf_counter()
        before = never_raise(row_before, request)
        with collected(session_cookie_of(request)) as changes:
            response = self.get_response(request)
        seconds = time.perf_counter() - started
        if before is not None:  # where the table cannot be read, nothing is said of the row
            never_raise(record, request, response, before, changes, at, seconds)
        return response

    async def answer_async(self, request: HttpRequest) -> HttpResponse:
        if leads_to_inspector(request):
            return await sync_to_async(to_inspector)(request)
        at, started = timezone.now(), time.perf_counter()
        before = await sync_to_async(never_raise)(row_before, request)
        with collected(session_cookie_of(request)) as changes:
            response = await self.get_response(request)
        seconds = time.perf_counter() - started
        if before is not None:
            await sync_to_async(never_raise)(record, request, response, before, changes, at, seconds)
        return response


def is_static(path: str) -> bool:
    """Not every project has static files, nor an address of its own for them."""
    return settings.STATIC_URL not in (None, "", "/") and path.startswith(settings.STATIC_URL)


def session_cookie_of(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def record(request, response, before, changes, at, seconds) -> None:
    """Keep the exchange, after those session changes that are not its own."""
    learn_origin(request)
    after = row_after(request, response, before, changes)
    own = {session_cookie_of(request), before.key, after.key}
    request.exchange = entry_of(request, response, before, after, changes.noted, at, seconds)
    if configuration().is_recording:
        append(*others(changes, own, request.exchange.exchange.path), request.exchange)
