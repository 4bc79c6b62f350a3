from django.core.management.base import BaseCommand

from backchannel_logout import worker


class Command(BaseCommand):
    help = "Delivers logout tokens of sessions that expire, and again after a failed attempt. Runs until it is stopped."

    requires_system_checks = []  # the server has made them; here, they would load all its addresses

    def handle(self, *args, **options):
        worker.run()
