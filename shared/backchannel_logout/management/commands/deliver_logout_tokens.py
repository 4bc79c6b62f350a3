from django.core.management.base import BaseCommand

from backchannel_logout import worker


class Command(BaseCommand):
    help = "Delivers logout tokens of sessions that expire, and again after a failed attempt. Runs until it is stopped."

    def handle(self, *args, **options):
        worker.run()
