from django.core.management.base import BaseCommand

from backchannel_logout import worker


class Command(BaseCommand):
    help = (
        "Delivers logout tokens: of sessions that expire, and again where a client did not answer. Goes on until ended."
    )

    def handle(self, *args, **options):
        worker.run()
