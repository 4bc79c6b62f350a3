"""A database that fails: a page and a line that say how, JSON for programs, and all is well again afterwards.

Each is a real one, made by SQLite's own means; those of PostgreSQL are told by its driver's exceptions.
"""

import secrets
import sqlite3
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpResponse
from django.urls import path
from psycopg_pool import PoolTimeout

from lab.web.database_failures import BUSY, DAMAGED, DROPPED, FAILURES, FULL, GONE, READ_ONLY, UNREACHABLE, failure_of
from site_a.urls import handler400, handler403, handler404, handler500  # noqa: F401  Django finds them here by name
from site_a.urls import urlpatterns as of_site_a
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def writes_much(request):
    request.session["much"] = secrets.token_hex(100_000)  # what repeats itself is compressed
    return HttpResponse("stored")


urlpatterns = [path("much/", writes_much), *of_site_a]


def execute(sql):
    with connection.cursor() as cursor:
        return cursor.execute(sql).fetchone()


@contextmanager
def full():
    """No more pages than there are, none of them free."""
    execute("VACUUM")
    (before,) = execute("PRAGMA max_page_count")
    execute(f"PRAGMA max_page_count = {execute('PRAGMA page_count')[0]}")
    try:
        yield
    finally:
        execute(f"PRAGMA max_page_count = {before}")


@contextmanager
def read_only():
    execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        execute("PRAGMA query_only = OFF")


@contextmanager
def gone():
    execute("ALTER TABLE django_session RENAME TO away")
    try:
        yield
    finally:
        execute("ALTER TABLE away RENAME TO django_session")


@pytest.fixture
def lenient(client):
    client.raise_request_exception = False
    return client


@pytest.mark.urls("tests.lab.web.test_database_failures")
@pytest.mark.parametrize(("fails", "failure"), [(full, FULL), (read_only, READ_ONLY), (gone, GONE)])
def test_a_failure_has_a_page_that_says_so_and_what_was_stored_stays(lenient, fails, failure):
    lenient.get("/stateless/plain/")
    before = Session.objects.values().get()
    with fails():
        response = lenient.get("/much/")
    assert response.status_code == 503
    assert failure.what in text_of(response)
    assert failure.remedy in text_of(response)
    assert failure.meaning in text_of(response)
    assert "It says SQLITE_" in text_of(response)
    assert Session.objects.values().get() == before
    assert lenient.get("/much/").content == b"stored"


@pytest.mark.urls("tests.lab.web.test_database_failures")
@pytest.mark.parametrize("fails", [full, read_only, gone])
def test_programs_are_told_in_json(lenient, fails):
    lenient.get("/stateless/plain/")
    with fails():
        response = lenient.get("/much/", headers={"accept": "*/*"})
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    assert response.json()["error"] == "temporarily_unavailable"


@pytest.mark.urls("tests.lab.web.test_database_failures")
@pytest.mark.parametrize(("fails", "failure"), [(full, FULL), (gone, GONE)])
def test_the_log_has_one_line_of_it(lenient, caplog, fails, failure):
    lenient.get("/stateless/plain/")
    with fails():
        lenient.get("/much/")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.getMessage().startswith(f"/much/: {failure.what} (SQLITE_")
    assert record.exc_info is None


@pytest.mark.parametrize("failure", FAILURES)
def test_what_is_said_of_a_failure_may_stand_in_an_error_description(failure):
    said = f"{failure.what} {failure.remedy}"
    assert said.isascii()
    assert '"' not in said
    assert "\\" not in said


def raised(name, words):
    error = sqlite3.OperationalError(words)
    error.sqlite_errorname = name
    try:
        raise OperationalError(words) from error
    except OperationalError as caught:
        return caught


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (psycopg.errors.LockNotAvailable, BUSY),
        (psycopg.errors.QueryCanceled, BUSY),
        (psycopg.errors.DeadlockDetected, BUSY),
        (psycopg.errors.SerializationFailure, BUSY),
        (psycopg.errors.DiskFull, FULL),
        (psycopg.errors.ReadOnlySqlTransaction, READ_ONLY),
        (psycopg.errors.InsufficientPrivilege, READ_ONLY),
        (psycopg.errors.DataCorrupted, DAMAGED),
        (psycopg.errors.TooManyConnections, UNREACHABLE),
        (psycopg.errors.AdminShutdown, UNREACHABLE),
        (psycopg.errors.CannotConnectNow, UNREACHABLE),
        (psycopg.errors.ConnectionFailure, UNREACHABLE),
        (psycopg.OperationalError, UNREACHABLE),  # "connection refused" has no number
        (PoolTimeout, UNREACHABLE),
        (psycopg.errors.InvalidCatalogName, DROPPED),
        (psycopg.errors.UndefinedTable, DROPPED),
        (psycopg.errors.SyntaxError, None),
        (psycopg.errors.UniqueViolation, None),
    ],
)
def test_failures_are_told_apart_by_the_numbers_of_postgresql_or_by_its_driver(raised, failure):
    assert failure_of(raised("in its words")) is failure


@pytest.mark.parametrize(
    ("name", "words", "failure"),
    [
        ("SQLITE_BUSY", "database is locked", BUSY),
        ("SQLITE_BUSY_SNAPSHOT", "database is locked", BUSY),
        ("SQLITE_LOCKED_SHAREDCACHE", "database table is locked", BUSY),
        ("SQLITE_FULL", "database or disk is full", FULL),
        ("SQLITE_CANTOPEN", "unable to open database file", READ_ONLY),
        ("SQLITE_READONLY_DBMOVED", "attempt to write a readonly database", GONE),
        ("SQLITE_NOTADB", "file is not a database", DAMAGED),
        ("SQLITE_CORRUPT", "database disk image is malformed", DAMAGED),
        ("SQLITE_IOERR_SHORT_READ", "disk I/O error", DAMAGED),
        ("SQLITE_ERROR", 'near "SELEC": syntax error', None),
        ("SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed", None),
    ],
)
def test_failures_are_told_apart_by_what_sqlite_says(name, words, failure):
    assert failure_of(raised(name, words)) is failure


def test_a_row_that_is_gone_is_no_failure_of_the_database():
    assert failure_of(DatabaseError("Forced update did not affect any rows.")) is None
    assert failure_of(None) is None
