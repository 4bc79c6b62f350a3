"""Which messages the ladder shows: a form that works without script, and its address."""

import re

import pytest

from tests.page import text_of
from tests.session_inspector.inspector.traffic import (
    call,
    change,
    exchange,
    row,
    told,
)

J1, J2 = "1" * 32, "2" * 32
SESSION = {"sends": {"site_a_session": "a1"}, "before": row("a1"), "after": row("a1")}


@pytest.fixture
def shown(client):
    """The requests on the ladder, each ``"GET /path/"``, where the address asks for that."""

    def ask(**asked):
        page = client.get("/ladder/", {"visitor": "v1", **asked}).content.decode()
        return re.findall(r'data-opens>open<span class="hidden"> ([^<]+)</span>', page)

    return ask


@pytest.fixture
def traffic():
    """A page with a session cookie, one without, a callback with a call inside, a row that a logout token ended."""
    exchange(path="/with/", **SESSION)
    exchange("site_b", "/without/", 1)
    exchange("site_a", "/oidc/callback/", 2, ms=100.0, journey=J1, **SESSION)
    call(at=2.01, method="POST", journey=J1)
    change("deleted", "a1", "site_a", 3, by="/oidc/backchannel-logout/")
    exchange("site_b", "/oidc/callback/", 4, journey=J2, tells=[told("site_b_session", "b1", "site_b")])


CALL = "POST /identity/o/api/token"
ENDED = "session change at site A"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, ["GET /with/", "GET /without/", CALL, "GET /oidc/callback/", ENDED, "GET /oidc/callback/"]),
        ({"session_cookies": "on"}, ["GET /with/", "GET /oidc/callback/", "GET /oidc/callback/"]),
        ({"back_channel": "on"}, [CALL, ENDED]),
        ({"session_cookies": "on", "back_channel": "on"},
         ["GET /with/", CALL, "GET /oidc/callback/", ENDED, "GET /oidc/callback/"]),
        ({"sign_in": J1}, [CALL, "GET /oidc/callback/"]),
        ({"server": "site_b"}, ["GET /without/", "GET /oidc/callback/"]),
        ({"server": "identity"}, [CALL, ENDED]),
        ({"server": "site_a", "back_channel": "on"}, [CALL, ENDED]),
        ({"sign_in": J2, "back_channel": "on"}, []),
        ({"server": "site_x", "sign_in": "x"},
         ["GET /with/", "GET /without/", CALL, "GET /oidc/callback/", ENDED, "GET /oidc/callback/"]),
    ],
)  # fmt: skip
def test_only_what_was_asked_for_is_shown(shown, traffic, asked, said):
    assert sorted(shown(**asked)) == sorted(said)


def test_where_no_message_is_of_that_kind_the_page_says_so(client, traffic):
    said = text_of(client.get("/ladder/", {"visitor": "v1", "sign_in": J2, "back_channel": "on"}))
    assert "No message here is of this kind. Show all" in said


def test_the_form_says_what_was_asked_for(client, traffic):
    asked = {"visitor": "v1", "session_cookies": "on", "sign_in": J1, "server": "site_b"}
    page = client.get("/ladder/", asked).content.decode()
    assert 'name="session_cookies" checked>' in page
    assert 'name="back_channel">' in page
    assert f'name="sign_in" value="{J1}" checked>' in page
    assert '<option value="site_b" selected>' in page
    assert '<input type="hidden" name="visitor" value="v1">' in page


def test_this_sign_in_is_the_newest_one(client, traffic):
    assert f'name="sign_in" value="{J2}">' in client.get("/ladder/?visitor=v1").content.decode()


def test_where_nobody_has_begun_to_sign_in_there_is_no_such_choice(client):
    exchange()
    assert "This sign-in" not in text_of(client.get("/ladder/?visitor=v1"))


def test_news_are_filtered_as_the_page_is(client, traffic):
    page = client.get("/ladder/", {"visitor": "v1", "server": "site_b"}).content.decode()
    has = re.search('data-has="([^"]+)"', page)[1]
    exchange("site_a", "/a/", 10)
    exchange("site_b", "/b/", 11)
    news = client.get("/ladder/", {"visitor": "v1", "server": "site_b", "after": has})
    assert "GET /b/" in text_of(news)
    assert "GET /a/" not in text_of(news)
