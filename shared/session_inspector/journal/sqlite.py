"""The journal in an SQLite file.

It may be deleted at any time: what is recorded is nobody's only copy. Whoever opens it next makes it anew.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import locks
from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import ConnectionHandler

from session_inspector import private_file
from session_inspector.journal.engine import NEWER

NO_DATABASE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")  # what SQLite says of a file that is none, or is one no more

# How many of the upgrades are done before each table is made.
TABLES = {
    "journal_entry": 0,
    "journal_participant": 3,
    "journal_trace": 4,
    "journal_join": 5,
    "journal_name": 5,
    "journal_alias": 5,
    "journal_said": 6,
}

# One step for each version of the tables; the first also fits what Django's migrations made before.
UPGRADES = (
    (
        "CREATE TABLE IF NOT EXISTS journal_entry ("
        " id integer NOT NULL PRIMARY KEY AUTOINCREMENT, at datetime NOT NULL, server varchar(20) NOT NULL,"
        " kind varchar(20) NOT NULL, journey varchar(32) NOT NULL, jar varchar(16) NOT NULL,"
        " visitor varchar(16) NOT NULL, sent_key varchar(16) NOT NULL, set_key varchar(16) NOT NULL,"
        " csrf varchar(16) NOT NULL, content text NOT NULL)",
        # Each index answers one question: what came with this key, what led to it, ...
        "CREATE INDEX IF NOT EXISTS by_sent_key ON journal_entry (server, sent_key, id)",
        "CREATE INDEX IF NOT EXISTS by_set_key ON journal_entry (server, set_key, id)",
        "CREATE INDEX IF NOT EXISTS by_csrf ON journal_entry (server, csrf, id)",
        "CREATE INDEX IF NOT EXISTS by_jar ON journal_entry (jar, id)",
        "CREATE INDEX IF NOT EXISTS by_journey ON journal_entry (journey, id)",
        "CREATE INDEX IF NOT EXISTS by_visitor ON journal_entry (visitor, server, id)",
    ),
    # What is kept of a masked value was {"starts", "print"} until then.
    ("""UPDATE journal_entry SET content = replace(content, '", "print": "', '", "fingerprint": "')""",),
    (
        "ALTER TABLE journal_entry ADD COLUMN version integer NOT NULL DEFAULT 1",
        "ALTER TABLE journal_entry ADD COLUMN participant integer NOT NULL DEFAULT 0",
    ),
    (
        "CREATE TABLE IF NOT EXISTS journal_participant ("
        " id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name text NOT NULL, origin text NOT NULL,"
        " at datetime NOT NULL, after integer NOT NULL, content text NOT NULL)",
    ),
    (
        "CREATE TABLE IF NOT EXISTS journal_trace (server varchar(20) NOT NULL, fingerprint varchar(16) NOT NULL,"
        " jar varchar(16) NOT NULL, visitor varchar(16) NOT NULL, PRIMARY KEY (server, fingerprint)) WITHOUT ROWID",
    ),
    (
        # With a number for each row, so that the oldest can be forgotten.
        "DROP TABLE IF EXISTS journal_trace",
        "CREATE TABLE journal_trace (server varchar(20) NOT NULL, fingerprint varchar(16) NOT NULL,"
        " jar varchar(16) NOT NULL, visitor varchar(16) NOT NULL, PRIMARY KEY (fingerprint, server))",
        "CREATE INDEX by_jar_of_trace ON journal_trace (jar)",
        "CREATE INDEX by_visitor_of_trace ON journal_trace (visitor)",
        "CREATE TABLE IF NOT EXISTS journal_join (jar varchar(16) NOT NULL, other varchar(16) NOT NULL,"
        " why varchar(20) NOT NULL, entry integer NOT NULL, at datetime NOT NULL,"
        " is_undone integer NOT NULL DEFAULT 0, PRIMARY KEY (jar, other))",
        "CREATE INDEX IF NOT EXISTS by_other ON journal_join (other)",
        "CREATE TABLE IF NOT EXISTS journal_name (visitor varchar(16) NOT NULL PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE IF NOT EXISTS journal_alias (visitor varchar(16) NOT NULL PRIMARY KEY, now varchar(16) NOT NULL)",
        "CREATE INDEX IF NOT EXISTS by_now ON journal_alias (now)",
    ),
    (
        "CREATE TABLE IF NOT EXISTS journal_said (visitor varchar(16) NOT NULL, what varchar(20) NOT NULL,"
        " entry integer NOT NULL, at datetime NOT NULL, PRIMARY KEY (visitor, what))",
    ),
)


@dataclass(frozen=True)
class SQLite:
    """``timeout`` is how many seconds a statement waits while another process writes."""

    path: Path
    timeout: float

    BEGIN = "BEGIN IMMEDIATE"
    CREATE_TABLE = "CREATE TABLE IF NOT EXISTS {} (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, {})"
    LAST_ID = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'journal_entry'"

    def connect(self) -> BaseDatabaseWrapper:
        with suppress(OSError), one_at_a_time(self.path):  # SQLite says what is wrong
            make_file_if_missing(self.path)
        options = {
            "timeout": self.timeout,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA synchronous=OFF",  # a power cut may cost the recording
        }
        settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": self.path, "OPTIONS": options}
        return ConnectionHandler({"default": settings}).create_connection("default")

    def bring_up_to_date(self, connection: BaseDatabaseWrapper) -> None:
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

    def number(self, connection: BaseDatabaseWrapper) -> int:
        return number_of_file(self.path)

    def is_lost(self, connection: BaseDatabaseWrapper, number: int) -> bool:
        """The file has been deleted, and may have been made anew."""
        return number_of_file(self.path) != number

    def insert(self, one: CursorWrapper, sql: str, values: Sequence[Any]) -> int:
        one.execute(sql, values)
        return one.lastrowid

    def is_damaged(self, error: BaseException) -> bool:
        name = name_of(error)
        return name in (*NO_DATABASE, "SQLITE_ERROR") or name.startswith("SQLITE_IOERR")

    def may_pass(self, error: BaseException) -> bool:
        return isinstance(error, OperationalError)

    def repair(self) -> None:
        """A damage in the file stays. Another process may have put it aside already."""
        with suppress(OSError), one_at_a_time(self.path):
            if number_of_file(self.path) and not is_whole(self.path):
                self.put_aside()

    def put_aside(self) -> None:
        """Rename the file to ``*.unreadable``."""
        remove_rest_of(self.path)
        with suppress(FileNotFoundError):
            self.path.rename(self.path.with_suffix(".unreadable"))

    def fingerprint_key(self) -> Path:
        return self.path.with_suffix(".fingerprint_key")


def version_of(one: CursorWrapper) -> int:
    """How many of the upgrades its tables have had. Raises ``DatabaseError`` where there are fewer of them here."""
    there = {name for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    version = one.execute("PRAGMA user_version").fetchone()[0]
    version = min([version, *(made for name, made in TABLES.items() if name not in there)])
    if version > len(UPGRADES):
        raise DatabaseError(NEWER)
    return version


def make_file_if_missing(path: Path) -> None:
    """An empty one. What lies beside a file that another process has just made is no rest."""
    if not number_of_file(path):
        remove_rest_of(path)
        path.touch(mode=0o600)  # what SQLite makes beside it has the same mode


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Processes that make the file, or put it aside, take turns. Raises ``OSError``."""
    with open(path.with_name(f"{path.name}-making"), "w", opener=private_file.opener) as turn:
        locks.lock(turn, locks.LOCK_EX)
        yield


def number_of_file(path: Path) -> int:
    """Which file a path leads to now; 0 if to none."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


def name_of(error: BaseException) -> str:
    """SQLite's own name of what went wrong; empty where something else did."""
    return getattr(error_of_sqlite(error), "sqlite_errorname", "")


def error_of_sqlite(error: BaseException | None) -> sqlite3.Error | None:
    """What SQLite itself has raised, if the error comes of that."""
    while error is not None and not hasattr(error, "sqlite_errorname"):
        error = error.__cause__ or error.__context__
    return error  # type: ignore[return-value]


def is_whole(path: Path) -> bool:
    """As SQLite finds it, looking at all of it."""
    try:
        with closing(sqlite3.connect(path)) as one:
            return one.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        return True  # it cannot be opened now, or is locked: that is no damage
    except sqlite3.DatabaseError:
        return False


def remove_rest_of(path: Path) -> None:
    """What SQLite keeps beside a file: without that file it would spoil the next one."""
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
