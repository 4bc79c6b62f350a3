"""The database that the journal lies in: opened here and nowhere else, with one connection for each process.

It may be deleted at any time: what is recorded is nobody's only copy. Whoever opens it next makes it anew.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.core.files import locks
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import ConnectionHandler

from session_inspector import private_file
from session_inspector.configuration import configuration, of_settings
from session_inspector.journal.schema import TABLES, UPGRADES
from session_inspector.redaction import Redactor


class Opened:
    """The connection of this process, which file it leads to, and how often one was opened. Threads take turns."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.connection: BaseDatabaseWrapper | None = None
        self.path: Path | None = None
        self.file: int | None = None
        self.times = 0


opened = Opened()

NO_DATABASE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")  # what SQLite says of a file that is none, or is one no more


@of_settings
def path_of_journal() -> Path:
    """The file that the setting names. Raises ``DatabaseError`` where that is no file."""
    named = str(configuration().journal)
    scheme, found, rest = named.partition("://")
    if found and scheme != "sqlite":
        raise DatabaseError(f"The journal can lie in a file only, not at {scheme}://.")
    return Path(rest if found else named)


def execute(sql: str, *values) -> list[tuple]:
    """The rows that one statement answers. Raises ``DatabaseError``."""
    with cursor() as one:
        one.execute(sql, values)
        return one.fetchall()


def insert(sql: str, *values) -> int:
    """The id of the row that the statement made. Raises ``DatabaseError``."""
    with cursor() as one:
        one.execute(sql, values)
        return one.lastrowid


@contextmanager
def transaction() -> Iterator[None]:
    """All statements within, or none of them. Raises ``DatabaseError``."""
    with opened.turn:
        execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(DatabaseError):  # it may be closed by now
                execute("ROLLBACK")
            raise
        execute("COMMIT")


@contextmanager
def cursor() -> Iterator[CursorWrapper]:
    """Of the open connection, for this thread alone; opens it where it is not."""
    with opened.turn:
        close_if_replaced()
        try:
            with (opened.connection or open_journal()).cursor() as one:
                yield one
        except DatabaseError as error:
            if is_damaged(error):
                close()  # the next statement opens it again, and makes what is missing
                put_aside_if_spoilt()
            raise


def open_journal() -> BaseDatabaseWrapper:
    """Open the file, with a table of this version in it. Raises ``DatabaseError``."""
    path = path_of_journal()
    with suppress(OSError), one_at_a_time(path):  # SQLite says what is wrong
        make_file_if_missing(path)
    options = {
        "timeout": configuration().timeout,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA synchronous=OFF",  # a power cut may cost the recording
    }
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
    connection = ConnectionHandler({"default": settings}).create_connection("default")
    connection.inc_thread_sharing()
    try:
        bring_up_to_date(connection)
    except DatabaseError as error:
        connection.close()
        if name_of(error) in NO_DATABASE:
            put_aside_if_spoilt()
        raise
    opened.connection, opened.path, opened.file = connection, path, number_of_file(path)
    opened.times += 1
    return connection


def make_file_if_missing(path: Path) -> None:
    """An empty one. What lies beside a file that another process has just made is no rest."""
    if number_of_file(path) is None:
        remove_rest_of(path)
        path.touch()


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Processes that make the file, or put it aside, take turns. Raises ``OSError``."""
    with open(path.with_name(f"{path.name}-making"), "w") as turn:
        locks.lock(turn, locks.LOCK_EX)
        yield


def bring_up_to_date(connection: BaseDatabaseWrapper) -> None:
    """Make the table, or upgrade it: the one place that does. Raises ``DatabaseError``, also for a newer version."""
    with connection.cursor() as one:
        if version_of(one) == len(UPGRADES):
            return
        one.execute("PRAGMA journal_mode=WAL")
        one.execute("BEGIN IMMEDIATE")  # whoever comes at the same instant finds it made
        for steps in UPGRADES[version_of(one) :]:
            for step in steps:
                one.execute(step)
        one.execute(f"PRAGMA user_version={len(UPGRADES)}")
        one.execute("COMMIT")


def version_of(one: CursorWrapper) -> int:
    """How many of the upgrades its tables have had. Raises ``DatabaseError`` where there are fewer of them here."""
    there = {name for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    version = one.execute("PRAGMA user_version").fetchone()[0]
    version = min([version, *(made for name, made in TABLES.items() if name not in there)])
    if version > len(UPGRADES):
        raise DatabaseError("A newer version of the session inspector has made this journal.")
    return version


def number_of_file(path: Path) -> int | None:
    """Which file a path leads to now; None if to none."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return None


def state_of_file() -> int:
    """Which file the journal is now; 0 where there is none."""
    return number_of_file(path_of_journal()) or 0


def close_if_replaced() -> None:
    """Let go of a file that has been deleted, or that the setting does not name any more."""
    path = path_of_journal()
    if opened.connection and (opened.path, opened.file) != (path, number_of_file(path)):
        close()


def is_open() -> bool:
    """Whether the file that the next statement goes to is the one that is open."""
    with opened.turn:
        close_if_replaced()
        return opened.connection is not None


def close() -> None:
    """Until the next statement."""
    with opened.turn:
        if opened.connection:
            opened.connection.close()
        opened.connection = None


def is_damaged(error: BaseException) -> bool:
    """Whether the file is at fault, and not that it is in use, full, read-only or not to be opened."""
    name = name_of(error)
    return name in (*NO_DATABASE, "SQLITE_ERROR") or name.startswith("SQLITE_IOERR")


def name_of(error: BaseException) -> str:
    """SQLite's own name of what went wrong; empty where something else did."""
    return getattr(error_of_sqlite(error), "sqlite_errorname", "")


def error_of_sqlite(error: BaseException | None) -> sqlite3.Error | None:
    """What SQLite itself has raised, if the error comes of that."""
    while error is not None and not hasattr(error, "sqlite_errorname"):
        error = error.__cause__ or error.__context__
    return error  # type: ignore[return-value]


def put_aside_if_spoilt() -> None:
    """What a damage in a file leaves, no later statement repairs. Another process may have put it aside already."""
    path = path_of_journal()
    with suppress(OSError), one_at_a_time(path):
        if number_of_file(path) is not None and not is_whole(path):
            move_aside(path)


def is_whole(path: Path) -> bool:
    """As SQLite finds it, looking at all of it."""
    try:
        with closing(sqlite3.connect(path)) as one:
            return one.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        return True  # it cannot be opened now, or is locked: that is no damage
    except sqlite3.DatabaseError:
        return False


def put_aside() -> None:
    """Rename a damaged file to ``*.unreadable``; the next statement makes a new one."""
    close()
    move_aside(path_of_journal())


def move_aside(path: Path) -> None:
    remove_rest_of(path)
    with suppress(FileNotFoundError):
        path.rename(path.with_suffix(".unreadable"))


def remove_rest_of(path: Path) -> None:
    """What SQLite keeps beside a file: without that file it would spoil the next one."""
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)


@of_settings
def redactor() -> Redactor:
    """What masks with the key of this journal, which lies beside it."""
    path = path_of_journal().with_suffix(".fingerprint_key")
    key = private_file.read_or_make(path, lambda: secrets.token_hex(32))
    return Redactor(key.encode(), configuration().shown_fields)
