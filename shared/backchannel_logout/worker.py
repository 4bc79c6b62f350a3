"""Deliver what the request that ended a session could not: the tokens of sessions that expire, and those for a client
that did not answer."""

import logging
import time

from django.db import DatabaseError, connections

from backchannel_logout.delivery import MAX_THREADS, deliver_all, due
from backchannel_logout.rp_sessions import notice_ends

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two looks


def run() -> None:
    """Look, and look again: as long as this process lives."""
    while True:
        try:
            notice_ends()
            deliver_all(due().select_related("client").order_by("next_attempt_at")[:MAX_THREADS], timeout=PAUSE)
        except DatabaseError:  # another writer held it too long, say: no reason to end
            logger.exception("The worker goes on.")
            connections.close_all()
        time.sleep(PAUSE)
