"""Make what a server needs before it can answer. Safe to run again and at the same time."""

import logging

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from shared.journal.file import is_damaged, put_aside
from shared.journal.router import JOURNAL
from shared.state import one_at_a_time

logger = logging.getLogger(__name__)


def prepare() -> None:
    """Bring this server's databases up to date and seed it: an app whose config has a ``seed`` method keeps rows there
    from the start."""
    with one_at_a_time():
        bring_journal_up_to_date(connections[JOURNAL])
        if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":  # the inspector has the journal only
            bring_up_to_date(connections[DEFAULT_DB_ALIAS])
        for app in apps.get_app_configs():
            if hasattr(app, "seed"):
                with transaction.atomic():
                    app.seed()
        connections.close_all()


def bring_up_to_date(connection) -> None:
    # Readers and a writer do not wait for each other. Kept in the file, so once is enough.
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    call_command("migrate", database=connection.alias, verbosity=0, interactive=False, fake_initial=True)


def bring_journal_up_to_date(connection) -> None:
    """Start without what a damaged journal held, or without a journal: the servers do not depend on it."""
    try:
        bring_up_to_date(connection)
    except DatabaseError as error:
        logger.warning("The journal cannot be used: %s", error)
        if is_damaged(error):
            put_aside()
            bring_up_to_date(connection)
