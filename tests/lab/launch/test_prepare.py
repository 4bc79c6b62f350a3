"""What a server makes before it answers leaves alone what is there."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from lab import runs
from lab.launch import prepare as preparing
from lab.launch.prepare import prepare
from session_inspector.configuration import configuration
from session_inspector.journal import database, queries
from session_inspector.journal.schema import Entry, Masked, SessionChange, SessionRow
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("journal")]


def record() -> Entry:
    row = SessionRow(Masked("ab", "0" * 16), {}, timezone.now())
    entry = Entry(timezone.now(), "site_a", SessionChange("made", row))
    queries.add(entry)
    return entry


def test_a_journal_that_was_deleted_and_made_anew_by_a_recorder_keeps_its_entries():
    record()
    configuration().journal.unlink()
    kept = record()
    database.close()  # the server ends
    prepare()
    assert recorded() == [kept]


def test_no_journal_is_made_before_something_is_recorded():
    prepare()
    assert not configuration().journal.exists()


@pytest.fixture
def commands(monkeypatch):
    """The management commands that are run, which do nothing."""
    run = []
    monkeypatch.setattr(preparing, "call_command", lambda name, **options: run.append(name))
    return run


def test_nothing_migrates_where_all_is_applied(commands):
    prepare()
    assert commands == []


def test_one_migration_that_is_missing_brings_the_command(commands):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    try:
        prepare()
    finally:
        MigrationRecorder(connection).record_applied("sessions", "0001_initial")
    assert commands == ["migrate", "createcachetable"]


def test_a_database_without_any_table_is_none_that_is_up_to_date(commands, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "has_table", lambda recorder: False)
    prepare()
    assert commands == ["migrate", "createcachetable"]


def test_the_migrations_on_disk_are_those_that_django_would_load():
    assert preparing.migrations_on_disk() == MigrationLoader(None).disk_migrations.keys()


@pytest.fixture
def fails(settings, state_without_runs, monkeypatch):
    """Of a start for a run, whose database is gone; how often the process has started anew."""
    started = []
    settings.RUN = runs.begin("session_stores", "cache", {})
    monkeypatch.setattr(preparing, "start_anew", lambda: started.append(True))

    def fail(connection):
        raise FileNotFoundError("site_a.sqlite3")

    monkeypatch.setattr(preparing.databases.engine(), "make", fail)
    return started


def test_a_start_that_fails_since_another_run_has_begun_starts_anew_for_that_one(fails):
    runs.end()
    prepare()
    assert fails == [True]


def test_a_start_that_fails_by_itself_fails(fails):
    with pytest.raises(FileNotFoundError):
        prepare()
    assert fails == []
