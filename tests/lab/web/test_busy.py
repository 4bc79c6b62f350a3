"""What is busy says so, and when to come again; what was only looked at goes on by itself.

The database is really locked, by somebody else.
"""

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from lab.servers import SITE_A
from lab.web.busy import Busy, Taken
from site_a.urls import handler400, handler403, handler404, handler500  # noqa: F401  Django finds them here by name
from site_a.urls import urlpatterns as of_site_a
from tests.page import text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.lab.web.test_busy")]

TAKEN = Taken("All places are taken.", "Nothing was done.", seconds=7)


def has_no_place(request):
    raise Busy(TAKEN)


def goes_on_elsewhere(request):
    request.goes_on_at = "/shelf/?next=a%20b"
    raise Busy(TAKEN)


def begins_a_session(request):
    request.session["seen"] = True
    return HttpResponse("stored")


urlpatterns = [
    path("place/", has_no_place),
    path("/place/", has_no_place),
    path("elsewhere/", goes_on_elsewhere),
    path("session/", begins_a_session),
    *of_site_a,
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file: nobody else can lock a database in memory."""
    connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "site_a.sqlite3")


@contextmanager
def locked():
    """By somebody else; who writes is told so at once."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    connection.close()


@pytest.fixture
def browser():
    return Client(raise_request_exception=False, headers={"host": SITE_A.netloc, "accept": "text/html"})


@pytest.mark.parametrize("has_session", [False, True])
def test_a_locked_database_is_busy_and_the_page_goes_on_by_itself(browser, has_session):
    if has_session:
        browser.get("/session/")
    before = list(Session.objects.values())
    with locked():
        response = browser.get("/session/?x=1")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response["Refresh"] == "5; url=/session/?x=1"
    assert response["Cache-Control"] == "no-store"
    assert "The database of this server is busy." in text_of(response)
    assert "Wait 5 seconds: then this page goes on by itself." in text_of(response)
    assert list(Session.objects.values()) == before
    assert browser.get("/session/?x=1").content == b"stored"


def test_pages_that_store_nothing_are_shown_meanwhile(browser):
    browser.get("/session/")
    with locked():
        assert browser.get("/begin/").status_code == 200


def test_a_form_is_not_sent_again_by_itself(browser):
    browser.get("/session/")
    with locked():
        response = browser.post("/values/own/", {"name": "mine", "value": "x"})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Refresh" not in response
    assert "What this request wanted to store may not be stored." in text_of(response)
    assert "Wait 5 seconds. Then go back, and send the form again." in text_of(response)


def test_programs_are_told_in_json(browser):
    with locked():
        response = browser.get("/session/", headers={"accept": "*/*"})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json() == {
        "error": "temporarily_unavailable",
        "error_description": "The database of this server is busy. Try again in 5 seconds.",
    }


def test_a_database_that_does_not_answer_may_have_to_be_started(browser, monkeypatch):
    def does_not_answer(request):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(urlpatterns[0], "callback", does_not_answer)
    response = browser.get("/place/")
    assert (response.status_code, response["Refresh"]) == (503, "5; url=/place/")
    assert "The database of this server does not answer." in text_of(response)
    assert "goes on by itself. If it stays, start PostgreSQL." in text_of(response)


def test_who_finds_no_place_is_told_what_that_means(browser):
    response = browser.get("/place/")
    assert (response.status_code, response["Refresh"]) == (503, "7; url=/place/")
    assert "All places are taken. Nothing was done." in text_of(response)


def test_a_view_says_where_it_goes_on_if_not_at_its_own_address(browser):
    assert browser.get("/elsewhere/")["Refresh"] == "7; url=/shelf/?next=a%20b"


def test_nobody_is_led_to_another_host(browser):
    assert browser.get("/", PATH_INFO="//place/")["Refresh"] == "7; url=/%2Fplace/"


def test_the_log_has_one_line_of_it(browser, caplog):
    browser.get("/place/")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.getMessage() == "/place/: All places are taken."
    assert record.exc_info is None
