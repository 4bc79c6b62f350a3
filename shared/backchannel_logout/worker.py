"""Delivers the logout tokens that no request delivers: of sessions that expire, and where an attempt failed."""

import logging
import time

from django.db import DatabaseError, connections
from django.utils import timezone

from backchannel_logout.delivery import bring_forward, deliver_all, most_urgent
from backchannel_logout.lookout import Lookout

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two rounds


def run() -> None:
    """Notice ends and deliver what is due, again and again, until the process ends."""
    lookout, before = Lookout(), None
    while True:
        try:
            now = timezone.now()
            if before is None or now < before:
                bring_forward(now)
            before = now
            lookout.look()
            deliver_all(most_urgent.rows(now=timezone.now()), timeout=PAUSE)
        except DatabaseError:  # for example, another writer locked the database for too long
            logger.exception("The worker goes on.")
            connections.close_all()
        time.sleep(PAUSE)
