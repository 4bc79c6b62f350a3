"""Delivers the logout tokens that no request delivers: of sessions that expire, and where an attempt failed."""

import logging
import time

from django.db import DatabaseError, connections

from backchannel_logout.delivery import MAX_THREADS, deliver_all, due
from backchannel_logout.rp_sessions import notice_ends

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two rounds


def run() -> None:
    """Notice ends and deliver what is due, again and again, until the process ends."""
    while True:
        try:
            notice_ends()
            deliver_all(due().select_related("client").order_by("next_attempt_at")[:MAX_THREADS], timeout=PAUSE)
        except DatabaseError:  # for example, another writer locked the database for too long
            logger.exception("The worker goes on.")
            connections.close_all()
        time.sleep(PAUSE)
