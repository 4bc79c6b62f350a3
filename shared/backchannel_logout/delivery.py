"""Deliver logout tokens to the clients' ``backchannel_logout_uri`` (OpenID Connect Back-Channel Logout 1.0, 2.5)."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.db.models import F, QuerySet
from django.utils import timezone

from backchannel_logout.logout_token import logout_token
from backchannel_logout.models import RelyingPartySession
from bounded_http import PORTS, NoAnswer, Request, exchange
from compiled_query import compiled
from pooled_connections import give_back

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT = 10.0  # seconds; a client may have to fetch our keys before it answers
CONNECT_TIMEOUT = 3.0
MAX_BYTES = 16_384  # of an answer; only its status matters
MAX_THREADS = 16
LEASE = timedelta(seconds=ANSWER_TIMEOUT + 5)  # while one process attempts it, no other does; after that, it has died
MAX_PAUSE = 3600  # seconds between two attempts
GIVE_UP_AFTER = timedelta(seconds=settings.SESSION_COOKIE_AGE)  # as long as a session lasts
KEPT_FOR = timedelta(days=30)  # after the end


def due(now: datetime) -> QuerySet[RelyingPartySession]:
    return RelyingPartySession.objects.filter(ended_at__isnull=False, notified_at=None, next_attempt_at__lte=now)


@compiled
def most_urgent(now) -> QuerySet[RelyingPartySession]:
    """As many of those that are due as can be delivered at once."""
    return due(now).select_related("client").order_by("next_attempt_at")[:MAX_THREADS]


def bring_forward(now: datetime) -> None:
    """Let be due what is planned for later than any pause: the clock was set back since."""
    after_any_pause = now + timedelta(seconds=MAX_PAUSE) + LEASE
    later = RelyingPartySession.objects.filter(notified_at=None, next_attempt_at__gt=after_any_pause)
    later.update(next_attempt_at=now)


def waiting(client_id: str) -> QuerySet[RelyingPartySession]:
    """Those of that client whose last attempt failed, and that are not being delivered now."""
    failed = RelyingPartySession.objects.filter(client_id=client_id, notified_at=None).exclude(last_error="")
    return failed.filter(next_attempt_at__gt=timezone.now())


def deliver(ended: RelyingPartySession) -> None:
    """Make one attempt, and store its result. Of several processes, one makes it; ``last_error`` is empty meanwhile."""
    now = timezone.now()
    leased = {"next_attempt_at": now + LEASE, "attempts": F("attempts") + 1, "last_error": ""}
    if not due(now).filter(pk=ended.pk).update(**leased):
        return
    ended.refresh_from_db(fields=["attempts"])
    mine = RelyingPartySession.objects.filter(pk=ended.pk, notified_at=None)
    if error := answer_to(ended):
        # Unless another process has begun an attempt meanwhile.
        mine.filter(attempts=ended.attempts).update(last_error=error, next_attempt_at=next_attempt_of(ended))
        return
    now = timezone.now()
    mine.update(notified_at=now, last_error="", next_attempt_at=None)
    waiting(ended.client_id).update(next_attempt_at=now)  # the client can be reached again


def answer_to(ended: RelyingPartySession) -> str:
    """Send a logout token. Returns what was wrong with the answer; an empty text if it was accepted."""
    form = {"logout_token": logout_token(ended)}  # outside the try: if this fails, it is not because of the address
    try:
        uri = ended.client.data["client_metadata"]["backchannel_logout_uri"]
        request = Request("POST", uri, form=form, address=address_of(uri))
        give_back()
        answer = exchange(request, CONNECT_TIMEOUT, ANSWER_TIMEOUT, MAX_BYTES)
    except NoAnswer as failure:
        return failure.reason.replace("_", " ")
    except (AttributeError, KeyError, TypeError, ValueError):
        return "no usable address"
    return "" if answer.status in (200, 204) else f"answered {answer.status}"


def address_of(uri: str) -> str:
    """Where to connect instead of asking for the name: as ``BACKCHANNEL_LOGOUT_ADDRESSES`` says, by host and port of
    the client (``{"a.example:443": "10.0.0.7:8443"}``), or to this machine for ``*.localhost``, as browsers do. Empty
    for other hosts."""
    parts = urlsplit(uri)
    if known := getattr(settings, "BACKCHANNEL_LOGOUT_ADDRESSES", {}).get(parts.netloc):
        return known
    is_here = parts.scheme in PORTS and (parts.hostname or "").endswith(".localhost")
    return f"127.0.0.1:{parts.port or PORTS[parts.scheme]}" if is_here else ""


def next_attempt_of(ended: RelyingPartySession) -> datetime | None:
    """After 1, 2, 4 ... seconds, an hour at most; never after ``GIVE_UP_AFTER``."""
    at = timezone.now() + timedelta(seconds=min(2 ** min(ended.attempts - 1, 20), MAX_PAUSE))
    return at if ended.ended_at and at < ended.ended_at + GIVE_UP_AFTER else None


def deliver_all(ended: Iterable[RelyingPartySession], timeout: float) -> None:
    """Deliver them simultaneously. Returns after ``timeout`` seconds at the latest, while slow ones continue."""
    pool = ThreadPoolExecutor(MAX_THREADS)
    wait([pool.submit(in_a_thread, deliver, one) for one in ended], timeout=timeout)
    pool.shutdown(wait=False, cancel_futures=True)


def in_a_thread(call: Callable, *args) -> None:
    try:
        call(*args)
    except Exception:
        logger.exception("A logout token could not be delivered; there will be another attempt.")
    finally:
        connections.close_all()


def forget_old() -> None:
    """Delete sessions that ended long ago and for which no attempt is planned."""
    RelyingPartySession.objects.filter(ended_at__lt=timezone.now() - KEPT_FOR, next_attempt_at=None).delete()
