from django.core.management.base import BaseCommand

from backchannel_logout.delivery import forget_old


class Command(BaseCommand):
    help = "Deletes sessions that ended long ago and whose clients were notified, or given up."

    def handle(self, *args, **options):
        forget_old()
