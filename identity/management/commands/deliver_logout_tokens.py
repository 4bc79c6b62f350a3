"""``python identity/manage.py deliver_logout_tokens``: the worker, as one of the lab's processes."""

from backchannel_logout.management.commands import deliver_logout_tokens
from lab.launch.prepare import prepare
from lab.launch.supervision import end_with_honcho
from lab.state import running


class Command(deliver_logout_tokens.Command):
    def handle(self, *args, **options):
        end_with_honcho()
        with running("worker"):
            prepare()
            super().handle(*args, **options)
