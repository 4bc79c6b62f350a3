"""``python identity/manage.py courier``: tells the clients what the request that ended a session could not."""

import logging
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from identity.logout import AT_ONCE, due, notice_ends, tell_all
from shared.honcho import end_with_honcho
from shared.prepare import prepare

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two looks


class Command(BaseCommand):
    help = "Delivers logout tokens: of sessions that expire, and again where a client did not answer."

    def handle(self, *args, **options):
        end_with_honcho()
        prepare()
        while True:
            try:
                notice_ends()
                tell_all(due().select_related("client").order_by("next_try")[:AT_ONCE], patience=PAUSE)
            except DatabaseError:  # another writer held it too long, say; if this process ended, honcho would end all
                logger.exception("The courier goes on.")
                connections.close_all()
            time.sleep(PAUSE)
