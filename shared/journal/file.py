"""The file that the journal lies in. It may be deleted at any time: what is recorded is nobody's only copy."""

import os
from contextlib import suppress
from pathlib import Path

from django.db import connections
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
    if number_of_file() is None:
        remove_rest_of(Path(connection.settings_dict["NAME"]))


def make_table_if_missing() -> None:
    """In a file that is new. Raises ``DatabaseError`` where that cannot be written either."""
    connection = connections[JOURNAL]
    if Entry._meta.db_table not in connection.introspection.table_names():
        connection.cursor().execute("PRAGMA journal_mode=WAL")
        with connection.schema_editor() as editor:
            editor.create_model(Entry)


def is_damaged(error: BaseException) -> bool:
    """Whether the file is at fault, and not that it is in use, full, read-only or not to be opened."""
    while not hasattr(error, "sqlite_errorname"):
        if error.__cause__ is None:
            return False
        error = error.__cause__
    name = error.sqlite_errorname
    return name in ("SQLITE_ERROR", "SQLITE_CORRUPT", "SQLITE_NOTADB") or name.startswith("SQLITE_IOERR")


def put_aside() -> None:
    """Rename a damaged file to ``*.unreadable``; the next write makes a new one."""
    connection = connections[JOURNAL]
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    remove_rest_of(path)
    with suppress(FileNotFoundError):
        path.rename(path.with_suffix(".unreadable"))


def remove_rest_of(path: Path) -> None:
    """What SQLite keeps beside a file: without that file it would spoil the next one."""
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
