"""``python identity/manage.py deliver_logout_tokens``: the worker, as one of the lab's processes."""

from django.conf import settings

from backchannel_logout.management.commands import deliver_logout_tokens
from lab.launch.prepare import prepare
from lab.launch.supervision import start_anew_with_each_run
from lab.state import running


class Command(deliver_logout_tokens.Command):
    def add_arguments(self, parser):
        parser.add_argument("--name", default="worker", help="Of several that run at the same time, each has its own.")

    def handle(self, *args, **options):
        with running(options["name"]):
            start_anew_with_each_run(settings.RUN, options["name"], settings.DATABASES["default"]["NAME"])
            prepare()
            super().handle(*args, **options)
