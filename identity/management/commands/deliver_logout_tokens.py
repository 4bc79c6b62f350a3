"""``python identity/manage.py deliver_logout_tokens``: the worker, as one of the lab's processes."""

from django.conf import settings

from backchannel_logout.management.commands import deliver_logout_tokens
from lab.launch.prepare import prepare
from lab.launch.supervision import start_anew_with_each_run
from lab.state import running


class Command(deliver_logout_tokens.Command):
    def handle(self, *args, **options):
        with running("worker"):
            start_anew_with_each_run(settings.RUN, "worker", settings.DATABASES["default"]["NAME"])
            prepare()
            super().handle(*args, **options)
