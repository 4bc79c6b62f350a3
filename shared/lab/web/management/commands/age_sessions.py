"""``python site_a/manage.py age_sessions 20``: as if twenty minutes had passed for every session of that server."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError

MOST = 60 * 24 * 365  # minutes


class Command(BaseCommand):
    help = "Moves the expire dates of all sessions of this server back, as if so many minutes had passed."

    def add_arguments(self, parser):
        parser.add_argument("minutes", type=int)

    def handle(self, minutes, **options):
        if minutes not in range(1, MOST + 1):
            raise CommandError(f"Give a number of minutes from 1 to {MOST}.")
        for row in Session.objects.iterator():
            row.expire_date -= timedelta(minutes=minutes)
            row.save(update_fields=["expire_date"])  # row by row: this is a change that the inspector shows
        title = settings.SERVER.title
        self.stdout.write(f"All sessions of {title} are {minutes} minutes older. Cookies in browsers are not.")
