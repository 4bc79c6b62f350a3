"""One's own sessions at Identity, in whatever browser, each of which can be ended."""

import re
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.signals import end_sessions
from identity.account.sessions import PER_PAGE
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


@pytest.fixture
def with_many(signed_in, django_user_model):
    """Alice with so many sessions in other browsers, and of each the statements that a call asks."""
    here = signed_in("alice", "Firefox/153")
    user = django_user_model.objects.get(username="alice")

    def with_many(number):
        begun, ends = UserSession.objects.count(), timezone.now() + timedelta(days=1)
        keys = [f"many-{n}" for n in range(begun, begun + number)]
        Session.objects.bulk_create([Session(session_key=key, session_data="", expire_date=ends) for key in keys])
        UserSession.objects.bulk_create(
            [UserSession(user=user, session_key=key, ip="127.0.0.1", user_agent=f"Browser {key}") for key in keys]
        )
        site = Client.objects.get(pk="site-a")
        RelyingPartySession.objects.bulk_create(
            [RelyingPartySession(user=user, session_key=key, client=site, subject="1") for key in keys]
        )
        return here

    return with_many


def statements_of(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


def test_many_sessions_come_in_pages_with_this_browser_first(with_many):
    here = with_many(44)
    first, second, third = (text_of(here.get(f"/sessions/?page={number}")) for number in (1, 2, 3))
    assert "45 sessions of alice at Identity." in first
    assert "1 to 20 of 45 Older ›" in first
    assert "This browser Firefox/153" in first
    assert "‹ Newer 21 to 40 of 45 Older ›" in second
    assert "This browser" not in second
    assert "‹ Newer 41 to 45 of 45" in third
    listed = re.findall(r"Another session Browser many-(\d+)", first + second + third)
    assert [int(number) for number in listed] == sorted(range(1, 45), reverse=True)
    assert len(re.findall("site A: signed in at", first)) == 19


@pytest.mark.parametrize("page", ["", "x", "0", "-1", "99", "9" * 30])
def test_a_page_that_is_not_there_is_another_one(with_many, page):
    assert with_many(20).get(f"/sessions/?page={page}").status_code == 200


def test_what_is_asked_does_not_grow_with_the_sessions(with_many, new_client):
    def sign_in():
        client = new_client()
        assert client.post("/accounts/login/", {"login": "alice", "password": "alice"}).status_code == 302

    here = with_many(PER_PAGE)
    few = [statements_of(lambda: here.get("/sessions/")), statements_of(sign_in)]
    with_many(80)
    assert [statements_of(lambda: here.get("/sessions/")), statements_of(sign_in)] == few


def test_a_sign_in_deletes_what_is_kept_of_sessions_that_have_ended(with_many, signed_in):
    with_many(5)
    Session.objects.filter(session_key__in=["many-1", "many-2"]).delete()
    Session.objects.filter(session_key="many-3").update(expire_date=timezone.now() - timedelta(seconds=1))
    signed_in("alice", "Chromium/156")
    assert UserSession.objects.filter(session_key__startswith="many-").count() == 2


def test_a_session_that_begins_while_all_others_are_ended_stays_on_the_list(signed_in, monkeypatch):
    here = signed_in("alice", "Firefox/153")
    signed_in("alice", "Chromium/156")

    def end_while_another_begins(keys):
        signed_in("alice", "Safari/18")
        end_sessions(keys)

    monkeypatch.setattr("identity.account.sessions.end_sessions", end_while_another_begins)
    page = text_of(here.post("/sessions/end-others/", follow=True))
    assert "Another session Safari/18" in page
    assert "Chromium" not in page


def test_ending_all_others_asks_as_much_for_many(with_many):
    def end_others():
        assert here.post("/sessions/end-others/").status_code == 302

    here = with_many(10)
    RelyingPartySession.objects.all().delete()  # each of which is notified on its own
    few = statements_of(end_others)
    assert UserSession.objects.count() == 1
    with_many(100)
    RelyingPartySession.objects.all().delete()
    assert statements_of(end_others) == few
    assert (UserSession.objects.count(), Session.objects.count()) == (1, 1)
