"""What Identity says while it is busy, to people and to programs."""

import sqlite3
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session

from identity.account import password_hashing
from identity.account.password_hashing import Places
from identity.provider.request_validator import Validator
from tests.identity.provider.protocol import authorize, code_for, redeem, userinfo
from tests.page import text_of

BUSY = {
    "error": "temporarily_unavailable",
    "error_description": "The database of this server is busy. Try again in 5 seconds.",
}


@pytest.fixture
def all_places_taken(seeded, monkeypatch):
    monkeypatch.setattr(password_hashing, "places", Places(number=0, waiting=0, timeout=0))


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_a_form_with_a_password_is_told_to_come_again(browser, all_places_taken, name):
    response = browser.post("/accounts/login/", {"login": name, "password": "alice"})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Refresh" not in response
    assert "Many people are signing in just now. Your password was not looked at, and nothing was done." in text_of(
        response
    )
    assert "Wait 10 seconds. Then go back, and send the form again." in text_of(response)
    assert not Session.objects.exists()


def test_so_is_who_is_asked_for_the_password_again(browser, alice, all_places_taken):
    browser.force_login(alice)
    response = browser.post("/accounts/reauthenticate/", {"password": "alice"})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert browser.get("/signed-in/").status_code == 200


def test_codes_tokens_userinfo_and_keys_do_not_wait_for_passwords(browser, alice, all_places_taken):
    browser.force_login(alice)
    tokens = redeem(browser, code_for(browser))
    assert tokens.status_code == 200
    assert userinfo(browser, tokens.json()["access_token"]).status_code == 200
    assert browser.get("/.well-known/jwks.json").status_code == 200


@pytest.fixture
def locked(monkeypatch):
    """Let the database be locked where that part of the protocol engine writes. It is locked really in the tests of
    ``lab.web.busy``."""

    @contextmanager
    def locked(name):
        with monkeypatch.context() as patch:
            patch.setattr(Validator, name, raise_locked)
            yield

    return locked


def raise_locked(*args, **kwargs):
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    raise error


def test_a_client_is_told_in_json_that_the_database_is_busy_and_its_code_stays_good(browser, alice, locked):
    browser.force_login(alice)
    code = code_for(browser)
    with locked("store_tokens"):
        response = redeem(browser, code, headers={"accept": "*/*"})
    assert (response.status_code, response["Retry-After"], response.json()) == (503, "5", BUSY)
    assert response["Cache-Control"] == "no-store"
    assert redeem(browser, code).status_code == 200


def test_a_browser_that_asks_for_a_code_then_goes_on_by_itself(browser, alice, locked):
    browser.force_login(alice)
    with locked("store_code"):
        response = authorize(browser)
    address = response.wsgi_request.get_full_path()
    assert (response.status_code, response["Refresh"]) == (503, f"5; url={address}")
    assert browser.get(address).status_code == 303
