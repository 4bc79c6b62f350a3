"""The database that the journal lies in: opened here and nowhere else, with one connection for each process.

What is lost there, or dropped, the next statement makes anew.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from session_inspector import private_file
from session_inspector.configuration import configuration, of_settings
from session_inspector.journal.engine import Engine
from session_inspector.journal.sqlite import SQLite
from session_inspector.redaction import Redactor

NO_KEY = (
    'SESSION_INSPECTOR["FINGERPRINT_KEY"] must name a file for the key of the fingerprints: '
    "the journal is no file that it could lie beside."
)
NO_PSYCOPG = 'A journal in PostgreSQL needs psycopg: pip install "keyrow-session-inspector[postgresql]".'


class Opened:
    """The connection of this process, where and to which journal it leads or was to lead, and how often one was opened.
    Threads take turns."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.connection: BaseDatabaseWrapper | None = None
        self.engine: Engine | None = None
        self.number = 0
        self.times = 0
        self.is_in_transaction = False


opened = Opened()


@of_settings
def engine() -> Engine:
    """The place that the setting names. Raises ``DatabaseError`` where no journal can lie there."""
    named, timeout = str(configuration().journal or default_journal()), configuration().timeout
    scheme, found, rest = named.partition("://")
    if not found or scheme == "sqlite":
        return SQLite(Path(rest if found else named), timeout)
    if scheme not in ("postgresql", "postgres"):
        raise DatabaseError(f"The journal can lie in a file or in PostgreSQL, not at {scheme}://.")
    try:
        from session_inspector.journal.postgresql import PostgreSQL  # psycopg takes 60 ms and 10 MB
    except (ImportError, ImproperlyConfigured) as error:  # as which of the two Django says it
        raise DatabaseError(NO_PSYCOPG) from error
    return PostgreSQL(named, timeout)


def default_journal() -> Path:
    """Where all projects of a person meet. Raises ``DatabaseError`` where no folder can be made for it."""
    try:
        return private_file.in_state_folder("journal.sqlite3")
    except (OSError, RuntimeError) as error:
        raise DatabaseError(f"No folder can be made for the journal: {error}") from error


def execute(sql: str, *values) -> list[tuple]:
    """The rows that one statement answers. Raises ``DatabaseError``."""
    with cursor() as one:
        one.execute(sql, values)
        return one.fetchall() if one.description else []


def insert(sql: str, *values) -> int:
    """The id of the row that the statement made. Raises ``DatabaseError``."""
    with cursor() as one:
        return engine().insert(one, sql, values)


def make_table(name: str, columns: str) -> None:
    """Where there is none: one more table beside the journal's own, whose rows have an id. Raises ``DatabaseError``."""
    execute(engine().CREATE_TABLE.format(name, columns))


@contextmanager
def transaction() -> Iterator[None]:
    """All statements within, or none of them. Raises ``DatabaseError``."""
    with opened.turn:
        execute(engine().BEGIN)
        opened.is_in_transaction = True
        try:
            yield
            execute("COMMIT")
        except BaseException:
            with suppress(DatabaseError):  # it may be closed by now
                execute("ROLLBACK")
            raise
        finally:
            opened.is_in_transaction = False


@contextmanager
def cursor() -> Iterator[CursorWrapper]:
    """Of the open connection, for this thread alone; opens it where it is not."""
    with opened.turn:
        close_if_lost()
        try:
            with (opened.connection or open_journal()).cursor() as one:
                yield one
        except DatabaseError as error:
            if is_damaged(error):
                close()  # the next statement opens it again, and makes what is missing
                engine().repair()
            raise


def open_journal() -> BaseDatabaseWrapper:
    """Connect, to tables of this version. Raises ``DatabaseError``."""
    here = opened.engine = engine()
    connection = here.connect()
    connection.inc_thread_sharing()
    try:
        here.bring_up_to_date(connection)
        number = here.number(connection)
    except DatabaseError:
        connection.close()
        raise
    opened.connection, opened.number = connection, number
    opened.times += 1
    return connection


def number_of_journal() -> int:
    """Which one it is: another, where it was made anew. Raises ``DatabaseError``."""
    with opened.turn:
        close_if_lost()
        return engine().number(opened.connection or open_journal())


def close_if_lost() -> None:
    """Let go of a connection that leads to the journal no more, or not to the one that the setting names. The next
    statement of a transaction fails instead: what was before it is lost, too."""
    if not opened.connection or opened.is_in_transaction:
        return
    if opened.engine != engine() or engine().is_lost(opened.connection, opened.number):
        close()


def is_open() -> bool:
    """Whether the journal that the next statement goes to is the one that was opened. Raises ``DatabaseError``."""
    with opened.turn:
        close_if_lost()
        if opened.connection and engine().number(opened.connection) != opened.number:
            close()
        return opened.connection is not None


def close() -> None:
    """Until the next statement."""
    with opened.turn:
        if opened.connection:
            opened.connection.close()
        opened.connection = None


def is_damaged(error: BaseException) -> bool:
    """Whether connection or tables are at fault, and not that they are in use, full or read-only."""
    return opened.engine is not None and opened.engine.is_damaged(error)


def may_pass(error: BaseException) -> bool:
    """Whether the same statement may succeed later."""
    return opened.engine is not None and opened.engine.may_pass(error)


def put_aside() -> None:
    """A journal that is damaged; the next statement makes a new one."""
    close()
    engine().put_aside()


def fingerprint_key() -> Path:
    """The file of the key. Raises ``ImproperlyConfigured`` where nothing says it, and ``DatabaseError``."""
    named = configuration().fingerprint_key or engine().fingerprint_key()
    if not named:
        raise ImproperlyConfigured(NO_KEY)
    return Path(named)


@of_settings
def redactor() -> Redactor:
    """What masks with the key of this journal."""
    key = private_file.read_or_make(fingerprint_key(), lambda: secrets.token_hex(32))
    return Redactor(key.encode(), configuration().shown_fields, configuration().values)
