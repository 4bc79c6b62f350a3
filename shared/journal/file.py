"""The file that the journal lies in. It may be deleted at any time: what is recorded is nobody's only copy."""

import os
from pathlib import Path

from django.db import DatabaseError, OperationalError, connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from shared.journal.models import Entry
from shared.journal.router import JOURNAL


def number_of_file() -> int | None:
    """Which file the journal's path leads to now; None if to none."""
    try:
        return os.stat(connections[JOURNAL].settings_dict["NAME"]).st_ino
    except OSError:
        return None


@receiver(connection_created)
def note_file(connection, **kwargs) -> None:
    if connection.alias == JOURNAL:
        connection.opened_file = number_of_file()


def close_if_replaced() -> None:
    """Let go of a file that has been deleted; the next write opens the one that is there, or makes one."""
    connection = connections[JOURNAL]
    if connection.connection is not None and getattr(connection, "opened_file", None) != number_of_file():
        connection.close()


def make_table_if_missing() -> None:
    """In a file that is new. Raises ``DatabaseError`` where that cannot be written either."""
    connection = connections[JOURNAL]
    if Entry._meta.db_table not in connection.introspection.table_names():
        connection.cursor().execute("PRAGMA journal_mode=WAL")
        with connection.schema_editor() as editor:
            editor.create_model(Entry)


def put_aside_if_unreadable() -> None:
    """Rename a file that is no database to ``*.unreadable``: the servers start without what it held."""
    connection = connections[JOURNAL]
    try:
        connection.cursor().execute("SELECT count(*) FROM sqlite_master")
    except OperationalError:
        pass  # in use, or not to be opened: no word on what is in it
    except DatabaseError:
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        path.rename(path.with_suffix(".unreadable"))
