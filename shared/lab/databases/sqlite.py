"""An SQLite file for each server, in the state folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from lab import runs
from lab.runs import Run
from lab.state import journal_path, one_at_a_time

IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": IN_MEMORY, "memory": IN_MEMORY}


def settings_of(server: str, run: Run) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": runs.database_of(server, run),
        # Kept open: to open it and to close it again, when the last one tidies the file up, costs more than a write.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that reads first and writes later would fail at once beside another writer, whatever the
            # timeout: it takes the write lock at its start instead.
            "transaction_mode": "IMMEDIATE",
            # Seconds that a write waits for others. Who asks is told then that the database is busy: sooner than a
            # site, which waits ten seconds for Identity, stops waiting.
            "timeout": 5,
            "init_command": "PRAGMA synchronous=NORMAL",  # safe with the write-ahead log that ``make`` turns on
        },
    }


def journal() -> Path:
    return journal_path()


def one_to_prepare(connection: DatabaseWrapper) -> AbstractContextManager[None]:
    """Processes that prepare that database take turns."""
    return one_at_a_time()


def make(connection: DatabaseWrapper) -> None:
    """The file where there is none: SQLite would let others read it. What it makes beside it has the same mode."""
    if not connection.creation.is_in_memory_db(connection.settings_dict["NAME"]):  # as in tests
        Path(connection.settings_dict["NAME"]).touch(mode=0o600)
    # Readers and a writer do not wait for each other. Kept in the file, so once is enough.
    connection.cursor().execute("PRAGMA journal_mode=WAL")


@contextmanager
def whole(connection: DatabaseWrapper) -> Iterator[None]:
    """Migrations are applied all or none: one by one, Django notes most of them only after what they did has lasted."""
    # To change a table, SQLite has to be told before the transaction.
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        yield


def size_of(connection: DatabaseWrapper) -> int:
    """Of its file, in bytes, without its log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return cursor.fetchone()[0]


def close(connection: DatabaseWrapper) -> None:
    connection.close()


def make_journal() -> None:
    """It makes its file itself."""


def keep_for_later_runs(connection: DatabaseWrapper, server: str, run: Run) -> None:
    """A copy in one file, which is there whole or not at all, and with which those runs begin."""
    path = runs.fresh_database(server)
    is_own = connection.settings_dict["NAME"] == runs.database_of(server, run)
    if is_own and not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        try:
            connection.cursor().execute("VACUUM INTO %s", [str(draft)])
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)  # what a full disk has left of it
