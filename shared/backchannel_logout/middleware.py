"""What a request that ends sessions does about it, before it is answered."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from backchannel_logout.delivery import deliver_all, due
from backchannel_logout.request_under_way import UnderWay, request_under_way
from backchannel_logout.rp_sessions import notice_ends
from backchannel_logout.signals import is_stale_session_of, users_with

logger = logging.getLogger(__name__)

REQUEST_TIMEOUT = 2.0  # seconds that whoever ends a session waits for the clients' answers


class BackChannelLogoutMiddleware:
    """Tries at once, at the end of a request that has deleted rows of sessions, whatever it was for. Its own is among
    them if it leads to nobody any more, and its user was saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        under_way = UnderWay(request)
        token = request_under_way.set(under_way)
        try:
            response = self.get_response(request)
            end_own_session(under_way)
        finally:
            request_under_way.reset(token)
        if under_way.deleted:
            notify_at_once(under_way.deleted)
        return response


def end_own_session(under_way: UnderWay) -> None:
    """Now that all is done: what was saved may have been taken back, and the session renewed."""
    session = under_way.request.session
    try:
        if any(is_stale_session_of(session, user) for user in users_with(under_way.changed)):
            session.flush()
    except DatabaseError:
        logger.exception("Django refuses this session when it comes again.")


def notify_at_once(keys: set[str]) -> None:
    try:
        notice_ends(session_key__in=keys)
        deliver_all(due().filter(session_key__in=keys).select_related("client"), REQUEST_TIMEOUT)
    except DatabaseError:
        logger.exception("The sessions have ended; the worker tells of it.")
