"""``python identity/manage.py courier``: delivers the logout tokens that are still due."""

from django.core.management.base import BaseCommand

from identity.courier import deliver
from shared.honcho import end_with_honcho
from shared.prepare import prepare


class Command(BaseCommand):
    help = "Delivers logout tokens: of sessions that expire, and again where a client did not answer."

    def handle(self, *args, **options):
        end_with_honcho()
        prepare()
        deliver()
