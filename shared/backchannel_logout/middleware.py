"""Delivers logout tokens at the end of the request that ended the sessions."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from backchannel_logout import session_binding
from backchannel_logout.delivery import deliver_all, due
from backchannel_logout.op_sessions import is_stale_session_of
from backchannel_logout.request_under_way import UnderWay, request_under_way
from backchannel_logout.rp_sessions import notice_ends
from backchannel_logout.signals import users_with

logger = logging.getLogger(__name__)

REQUEST_TIMEOUT = 2.0  # seconds that a request waits for the clients' answers


class BackChannelLogoutMiddleware:
    """After a request that deleted rows of sessions, whatever it was for, delivers the logout tokens that are due.

    If the request changed its own user, so that its own session leads to nobody any more, that session ends, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        session_binding.install()  # before the first request; the worker does without

    def __call__(self, request: HttpRequest) -> HttpResponse:
        under_way = UnderWay(request)
        token = request_under_way.set(under_way)
        try:
            response = self.get_response(request)
            if under_way.changed:
                end_own_session(under_way)
        finally:
            request_under_way.reset(token)
        if under_way.deleted:
            notify(under_way.deleted)
        return response


def end_own_session(under_way: UnderWay) -> None:
    """End it if it is stale now, after the view: a change may have been rolled back, or the session renewed."""
    session = under_way.request.session
    try:
        if any(is_stale_session_of(session, user) for user in users_with(under_way.changed)):
            session.flush()
    except DatabaseError:
        logger.exception("This session could not be ended; Django will refuse it when it is used again.")


def notify(keys: set[str]) -> None:
    """Notify the clients of the sessions with these keys."""
    try:
        notice_ends(session_key__in=keys)
        deliver_all(due(timezone.now()).filter(session_key__in=keys).select_related("client"), REQUEST_TIMEOUT)
    except DatabaseError:
        logger.exception("The sessions have ended; the worker will notify the clients.")
