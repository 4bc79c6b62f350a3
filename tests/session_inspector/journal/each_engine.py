"""What tests do to a journal from outside, in the words of the engine that it has."""

import sqlite3
from contextlib import closing

import psycopg

from session_inspector.journal import database, postgresql, sqlite
from session_inspector.journal.sqlite import SQLite


def by_another(sql: str) -> list[tuple]:
    """What another process is answered, that has a connection of its own."""
    here = database.engine()
    if isinstance(here, SQLite):
        with closing(sqlite3.connect(here.path)) as other, other:
            return other.execute(sql).fetchall()
    with psycopg.connect(here.address) as other:
        answered = other.execute(sql)
        return answered.fetchall() if answered.description else []


def remove() -> None:
    here = database.engine()
    if isinstance(here, SQLite):
        here.path.unlink()
    else:
        by_another(f"DROP TABLE {', '.join(postgresql.TABLES)}")


def let_nobody_write() -> None:
    of_sqlite, of_postgresql = "PRAGMA query_only = ON", "SET default_transaction_read_only = on"
    database.execute(of_sqlite if isinstance(database.engine(), SQLite) else of_postgresql)


def let_everybody_write() -> None:
    of_sqlite, of_postgresql = "PRAGMA query_only = OFF", "SET default_transaction_read_only = off"
    database.execute(of_sqlite if isinstance(database.engine(), SQLite) else of_postgresql)


def set_version(beyond: int) -> None:
    """Let the tables be of this version, or of one that many versions later."""
    if isinstance(database.engine(), SQLite):
        by_another(f"PRAGMA user_version = {len(sqlite.UPGRADES) + beyond}")
    else:
        by_another(f"UPDATE journal_version SET version = {len(postgresql.UPGRADES) + beyond}")


def is_answered_by_an_index(sql: str) -> bool:
    """Whether the journal's entries are not read one after the other. In a short table PostgreSQL prefers just that."""
    if isinstance(database.engine(), SQLite):
        return "SCAN journal_entry" not in str(database.execute(f"EXPLAIN QUERY PLAN {sql}"))
    database.execute("SET enable_seqscan = off")
    return "Seq Scan on journal_entry" not in str(database.execute(f"EXPLAIN {sql}"))
