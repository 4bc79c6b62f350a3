"""What the page says of each server."""

import pytest

from session_inspector.journal.database import execute
from session_inspector.journal.schema import Store
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, exchange, row, told


def test_what_is_not_recorded_is_not_taken_for_nobody(client):
    exchange("site_b", tells=[told("site_b_session", "b1", "site_b")], after=row("b1"))
    assert "Identity:8000 not seen yet" in text_of(client.get("/?visitor=v1"))
    ladder = text_of(client.get("/ladder/?visitor=v1"))
    assert "Who you are: I Identity A site A not seen yet B site B not signed in" in ladder


@pytest.mark.usefixtures("signed_in")
def test_the_way_from_the_cookie_to_the_person_stands_in_each_column(client):
    page = text_of(client.get("/?visitor=v1"))
    assert "cookie identity_session key i1… row found, ends in 23:59:00 user 1 is alice Signed in 12:00:02" in page
    assert "Cookies: sent 1, set 1" in page


@pytest.mark.parametrize(
    ("store", "trail"),
    [(Store.FILE, "key i2… file found"), (Store.COOKIE, "value i2… session found")],
)
def test_the_way_is_told_in_the_words_of_the_store(client, store, trail):
    cookie = told("identity_session", "i2", "identity")
    exchange("identity", at=5, tells=[cookie], after=row("i2", **KNOWN), user=ALICE, stored_as=store)
    page = text_of(client.get("/?visitor=v1"))
    assert f"cookie identity_session {trail}, ends in" in page
    assert f"The {store}: 1 value" in page


def test_a_cookie_without_a_lifetime_ends_with_the_browser_though_its_row_goes_on(client):
    cookie = told("identity_session", "i1", "identity")
    del cookie.attributes["max-age"]
    exchange("identity", tells=[cookie], after=row("i1", **KNOWN), user=ALICE)
    page = text_of(client.get("/?visitor=v1"))
    assert "cookie identity_session ends with the browser key i1… row found, ends in 23:59:00" in page


def test_where_no_cookie_came_each_step_of_it_is_none(client):
    exchange(tells=[told("site_a_csrftoken", "c1", "site_a")], visitor="v1")
    page = text_of(client.get("/?visitor=v1"))
    assert "cookie none was sent key none row none user none No session cookie" in page
    assert "No session cookie so far. 1 other cookie" in page


def test_a_row_that_has_run_out_is_said_to(client):
    kept = row("a1", hours=-70, _auth_user_id="1")  # one hour after the exchange, and long ago
    exchange(at=-71 * 3600, tells=[told("site_a_session", "a1", "site_a")], after=kept, user=ALICE)
    page = text_of(client.get("/?visitor=v1"))
    assert "A key, and a row past its expire date, which counts as none." in page


def test_a_server_that_was_started_anew_may_have_done_something_unseen(client):
    exchange(tells=[told("site_a_session", "k1", "site_a")], after=row("k1", **KNOWN), user=ALICE)
    said = "Since the newest request this server was started anew, at 12:00:30."
    execute("UPDATE journal_participant SET at = %s", "2026-11-24 12:00:30")  # said under way, by its first request
    assert said not in text_of(client.get("/", {"visitor": "v1"}))
    execute("UPDATE journal_participant SET after = (SELECT max(id) FROM journal_entry)")
    assert said in text_of(client.get("/", {"visitor": "v1"}))
    exchange(at=40, sends={"site_a_session": "k1"}, before=row("k1", **KNOWN), after=row("k1", **KNOWN), user=ALICE)
    assert said not in text_of(client.get("/", {"visitor": "v1"}))
