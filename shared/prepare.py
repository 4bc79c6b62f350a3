"""Make what a server needs before it can answer. Safe to run again and at the same time."""

from django.apps import apps
from django.core.management import call_command
from django.db import connections, transaction

from shared.journal.file import put_aside_if_unreadable
from shared.state import one_at_a_time


def prepare() -> None:
    """Bring this server's databases up to date and seed it: an app whose config has a ``seed`` method keeps rows there
    from the start."""
    with one_at_a_time():
        put_aside_if_unreadable()
        for connection in connections.all():
            # Readers and a writer do not wait for each other. Kept in the file, so once is enough.
            connection.cursor().execute("PRAGMA journal_mode=WAL")
            call_command("migrate", database=connection.alias, verbosity=0, interactive=False, fake_initial=True)
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            for app in apps.get_app_configs():
                if hasattr(app, "seed"):
                    app.seed()
        connections.close_all()
