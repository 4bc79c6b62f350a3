"""One's own sessions at Identity, in whatever browser, each of which can be ended."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from tests.page import panel_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(new_client, seeded):
    def signed_in(name, browser):
        client = new_client()
        client.defaults["HTTP_USER_AGENT"] = browser
        client.post("/accounts/login/", {"login": name, "password": name})
        client.get("/")
        return client

    return signed_in


def number_of(client, browser):
    """The number that the button beside that browser sends."""
    row = next(row for row in client.get("/sessions/").content.decode().split("<tr>") if browser in row)
    return re.search(r'name="session" value="(\d+)"', row)[1]


def test_each_browser_is_listed_and_other_people_are_not(signed_in):
    here = signed_in("alice", "Firefox/153")
    signed_in("alice", "Chromium/156")
    signed_in("bob", "Safari/18")
    page = text_of(here.get("/sessions/"))
    assert "2 sessions of alice at Identity." in page
    assert "This browser Firefox/153" in page
    assert "Another session Chromium/156" in page
    assert "Safari" not in page


def test_ending_another_browsers_session_deletes_its_row_and_leaves_ones_own(signed_in):
    here, there = signed_in("alice", "Firefox/153"), signed_in("alice", "Chromium/156")
    gone = there.session.session_key
    response = here.post("/sessions/end/", {"session": number_of(here, "Chromium")}, follow=True)
    assert "1 session of alice at Identity." in text_of(response)
    assert not Session.objects.filter(session_key=gone).exists()
    assert "Here you are not signed in" in text_of(there.get("/"))


def test_ending_ones_own_session_signs_out_here_and_the_panel_says_what_became_of_the_row(signed_in, recording):
    here = signed_in("alice", "Firefox/153")
    key = here.session.session_key
    response = here.post("/sessions/end/", {"session": number_of(here, "Firefox")}, follow=True)
    assert "You are signed out of Identity." in text_of(response)
    assert f"The row {key[:6]}… was deleted, with all its values." in panel_of(response)["changed"]
    assert "Here you are not signed in" in text_of(here.get("/"))
    assert not Session.objects.exists()


def test_nobody_ends_the_session_of_another_person(signed_in):
    alice, bob = signed_in("alice", "Firefox/153"), signed_in("bob", "Safari/18")
    response = alice.post("/sessions/end/", {"session": number_of(bob, "Safari")})
    assert response.status_code == 404
    assert "That session has ended already, or is not yours." in text_of(response)
    assert "Here you are bob" in text_of(bob.get("/"))
    assert UserSession.objects.count() == 2


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "9" * 30, "9" * 5000, "²", "1 OR 1=1", "\0"])
def test_a_number_that_makes_no_sense_is_refused(signed_in, number):
    alice = signed_in("alice", "Firefox/153")
    assert alice.post("/sessions/end/", {"session": number}).status_code == 404
    assert alice.post("/sessions/end/", {}).status_code == 404
    assert "Here you are alice" in text_of(alice.get("/"))


def test_a_user_agent_full_of_markup_is_text(signed_in):
    client = signed_in("alice", "<script>alert(1)</script>")
    page = client.get("/sessions/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_stranger_is_asked_to_sign_in_first(client, seeded):
    assert client.get("/sessions/")["Location"] == "/accounts/login/?next=/sessions/"
    assert client.post("/sessions/end/", {"session": "1"})["Location"].startswith("/accounts/login/")
    assert client.get("/sessions/end/").status_code == 405
