"""Tells the clients what the request that ended a session could not: of sessions that expire, and again where a client
did not answer."""

import logging
import time

from django.db import DatabaseError, connections

from identity.logout import AT_ONCE, due, notice_ends, tell_all

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two looks


def deliver() -> None:
    """Look, and look again: as long as this process lives."""
    while True:
        try:
            notice_ends()
            tell_all(due().select_related("client").order_by("next_try")[:AT_ONCE], patience=PAUSE)
        except DatabaseError:  # another writer held it too long, say: no reason to end
            logger.exception("The courier goes on.")
            connections.close_all()
        time.sleep(PAUSE)
