"""The journal in PostgreSQL: in which order its ids come, and what it does where the database is not as it was."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, OperationalError

from session_inspector.configuration import configuration
from session_inspector.journal import database, postgresql, queries, writer
from session_inspector.journal.postgresql import TABLES
from session_inspector.journal.schema import COLUMNS, as_row
from session_inspector.journal.writer import append
from tests import postgresql as server
from tests.recorded import configure, number_of_entries, recorded
from tests.session_inspector.journal.each_engine import by_another
from tests.session_inspector.journal.test_database import change

pytestmark = [
    pytest.mark.usefixtures("journal"),
    pytest.mark.parametrize("journal_place", ["journal_address"], indirect=True),
]

NOT_FOR_EVER = 5  # seconds, on a busy machine: what is waited for here would not come


@pytest.fixture(autouse=True)
def nothing_waits(journal, monkeypatch):
    monkeypatch.setattr(writer, "failing_since", None)
    monkeypatch.setattr(writer, "has_warned", False)
    monkeypatch.setattr(writer, "resting_until", 0.0)
    for name in ("WORK_TIMEOUT", "OWN_WORK_TIMEOUT"):
        monkeypatch.setattr(writer, name, 5.0)  # however busy this machine is


@contextmanager
def another():
    """Another process, with a connection of its own: in a transaction, which it ends where this is left."""
    with psycopg.connect(configuration().journal) as connection:
        yield connection


def add_by(connection) -> int:
    values = ", ".join(["%s"] * len(COLUMNS))
    sql = f"INSERT INTO journal_entry ({', '.join(COLUMNS)}) VALUES ({values}) RETURNING id"
    return connection.execute(sql, as_row(change())).fetchone()[0]


def test_an_entry_with_a_lower_id_is_never_committed_after_one_with_a_higher():
    queries.add(change())
    with another() as other:
        earlier = add_by(other)
        with pytest.raises(OperationalError, match="lock timeout"):
            queries.add(change())
        assert queries.newest_id() < earlier  # whoever reads now has seen nothing that comes after it
    queries.add(change())
    assert [entry.id for entry in recorded()] == sorted(entry.id for entry in recorded())
    assert queries.newest_id() > earlier
    assert earlier in [entry.id for entry in recorded()]


def test_an_id_is_drawn_in_its_turn_only():
    """Who waits for its turn has no id yet: it gets one after that of the entry for which it waits."""
    queries.add(change())
    with another() as other:
        earlier = add_by(other)
        with pytest.raises(OperationalError, match="lock timeout"):
            queries.add(change())
        assert database.execute(database.engine().LAST_ID) == [(earlier,)]


def test_who_has_the_turn_keeps_no_page_waiting_and_what_waited_is_written_then(monkeypatch):
    queries.newest_id()  # opens the journal
    with another() as other:
        add_by(other)
        started = time.monotonic()
        append(change())
        assert time.monotonic() - started < NOT_FOR_EVER
        assert number_of_entries() == 0
    monkeypatch.setattr(writer, "resting_until", 0.0)
    append(change())
    assert number_of_entries() == 3


def test_a_table_that_somebody_has_locked_keeps_nobody_waiting():
    queries.newest_id()  # opens the journal
    with another() as other:
        other.execute("LOCK TABLE journal_entry")
        started = time.monotonic()
        append(change())
        with pytest.raises(OperationalError, match="lock timeout"):
            queries.newest_id()
        assert time.monotonic() - started < NOT_FOR_EVER
    assert queries.newest_id() == 0


def test_a_server_that_does_not_answer_keeps_nobody_waiting(settings, monkeypatch, tmp_path):
    """It listens, as one that is stopped does, and says nothing. Who asks next waits for the same attempt."""
    from socket import AF_UNIX, socket

    monkeypatch.setattr(postgresql, "CONNECT_TIMEOUT", 0.01)
    with socket(AF_UNIX) as silent:
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()
        configure(settings, journal=f"postgresql://nobody@/journal?host={tmp_path}")
        started = time.monotonic()
        append(change())
        with pytest.raises(OperationalError, match="does not answer"):
            queries.newest_id()
        assert time.monotonic() - started < NOT_FOR_EVER
        assert len(postgresql.attempts) == 1
    (attempt,) = postgresql.attempts.values()
    assert isinstance(attempt.exception(), OperationalError)
    postgresql.attempts.clear()


def test_a_server_that_hangs_in_the_middle_keeps_nobody_waiting_and_another_connection_is_made(monkeypatch):
    ((process,),) = database.execute("SELECT pg_backend_pid()")
    monkeypatch.setattr(postgresql, "ANSWER_TIMEOUT", 0.05)
    os.kill(process, signal.SIGSTOP)
    try:
        started = time.monotonic()
        append(change())
        assert time.monotonic() - started < NOT_FOR_EVER
    finally:
        os.kill(process, signal.SIGCONT)
    monkeypatch.setattr(postgresql, "ANSWER_TIMEOUT", 60)
    monkeypatch.setattr(writer, "resting_until", 0.0)
    append(change())
    assert len(recorded()) == 2


IN_A_PROCESS = """
import sys
import django
from django.conf import settings
settings.configure(SESSION_INSPECTOR={"JOURNAL": sys.argv[1]})
django.setup()
from session_inspector.journal import database, postgresql, queries
from tests.session_inspector.journal.test_database import change
postgresql.CONNECT_TIMEOUT = 10
print("ready", flush=True)
sys.stdin.readline()
queries.newest_id()
database.close()
"""


def test_processes_that_start_at_once_make_the_tables_once():
    command = [sys.executable, "-W", "error", "-c", IN_A_PROCESS, configuration().journal]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate()
        assert errors == ""
    assert database.execute("SELECT version FROM journal_version") == [(len(postgresql.UPGRADES),)]
    queries.add(change())
    assert queries.newest_id() == 1


def test_a_database_that_has_restarted_is_connected_to_again(postgresql_cluster):
    queries.add(change())
    server.restart(server.find(), postgresql_cluster)
    queries.add(change())
    assert len(recorded()) == 2


def test_an_entry_is_not_lost_where_the_connection_goes_in_the_middle_of_it(monkeypatch):
    append(change())
    opened = database.opened.connection
    ((process,),) = database.execute("SELECT pg_backend_pid()")
    with pytest.raises(DatabaseError), database.transaction():  # noqa: PT012 - the last one of them fails
        queries.add(change())
        by_another(f"SELECT pg_terminate_backend({process}, 5000)")
        queries.add(change())
    assert database.opened.connection is not opened
    assert len(recorded()) == 1


@pytest.mark.parametrize("table", TABLES)
def test_whichever_table_was_dropped_is_made_anew(table, monkeypatch):
    append(change())
    by_another(f"DROP TABLE {table}")
    for _ in range(2):
        monkeypatch.setattr(writer, "resting_until", 0.0)
        append(change())
    database.close()
    queries.empty()
    append(change())
    assert len(recorded()) == 1


@pytest.fixture
def reader(settings):
    """A role that may read the journal only, and has opened it."""
    queries.add(change())
    address = configuration().journal
    role = f"reader_{address.rpartition('%3D')[2]}"
    by_another(
        f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {address.rpartition('%3D')[2]} TO {role};"
        f" GRANT SELECT ON ALL TABLES IN SCHEMA {address.rpartition('%3D')[2]} TO {role}"
    )
    configure(settings, journal=address.replace("postgres@", f"{role}@"))
    return role


def test_a_role_that_may_only_read_reads_and_its_recorder_says_once_that_it_cannot_write(reader, monkeypatch, caplog):
    now = [0.0]
    monkeypatch.setattr(writer.time, "monotonic", lambda: now[0])
    assert len(recorded()) == 1
    for _ in range(5):
        append(change())
        now[0] += 0.6
    assert len(recorded()) == 1
    (warning,) = caplog.records
    assert "permission denied for table journal_entry" in warning.message
    assert len(writer.waiting) == 5


def test_a_name_of_any_length_is_kept():
    entry = change()
    entry.server = "a project of a very long name that SQLite would keep as well"
    queries.add(entry)
    assert recorded() == [entry]


@pytest.mark.parametrize("address", ["postgresql://role:secret@[host/name", "postgresql://role:secret@host"])
def test_an_address_that_is_none_is_refused_and_not_repeated(settings, address):
    configure(settings, journal=address)
    with pytest.raises(DatabaseError, match="no address of a PostgreSQL database") as refused:
        queries.newest_id()
    assert "sec" not in str(refused.value)


def test_both_names_of_the_scheme_are_known(settings):
    configure(settings, journal=configuration().journal.replace("postgresql://", "postgres://"))
    queries.add(change())
    assert len(recorded()) == 1
