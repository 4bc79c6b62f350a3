"""Logout tokens that do not arrive at once: errors, pauses, leases, and when it is given up."""

import re
import threading
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.idp.oidc.models import Client, Token
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.utils import timezone

from backchannel_logout.delivery import (
    ANSWER_TIMEOUT,
    GIVE_UP_AFTER,
    KEPT_FOR,
    LEASE,
    address_of,
    deliver,
    due,
    forget_old,
    in_a_thread,
    waiting,
)
from backchannel_logout.middleware import REQUEST_TIMEOUT
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import notice_ends
from tests.backchannel_logout.op_sessions import deliver_now, let_it_be_due, sign_in, wait_for
from tests.identity.provider.protocol import code_for, redeem, userinfo
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, "answered 500"), (400, "answered 400"), (302, "answered 302"), (404, "answered 404")]
)
def test_an_answer_that_is_no_success_is_kept_and_tried_again_after_growing_pauses(
    signed_in, receiver, status, outcome
):
    code_for(signed_in)
    receiver.status = status
    signed_in.post("/accounts/logout/")
    pauses = []
    for _ in range(4):
        one = RelyingPartySession.objects.get()
        pauses.append(round((one.next_attempt_at - timezone.now()).total_seconds()))
        assert (one.notified_at, one.last_error) == (None, outcome)
        let_it_be_due()
        deliver_now()
    assert pauses == [1, 2, 4, 8]
    receiver.status = 200
    let_it_be_due()
    deliver_now()
    one = RelyingPartySession.objects.get()
    assert one.notified_at
    assert (one.last_error, one.next_attempt_at, one.attempts) == ("", None, 6)


def test_the_pauses_grow_to_an_hour_and_no_further(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    for attempts in (12, 20, 1000):
        RelyingPartySession.objects.update(attempts=attempts)
        let_it_be_due()
        deliver_now()
        pause = RelyingPartySession.objects.get().next_attempt_at - timezone.now()
        assert round(pause.total_seconds()) == 3600


def test_a_client_that_takes_one_token_is_told_the_rest_at_once(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    for client in (signed_in, there):
        code_for(client)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.filter(notified_at=None, attempts=1).update(
        next_attempt_at=timezone.now() + timedelta(hours=1)
    )
    receiver.status = 200
    there.post("/accounts/logout/")
    deliver_now()
    assert not RelyingPartySession.objects.filter(notified_at=None).exists()


def test_of_a_try_that_is_under_way_nothing_has_come_yet_so_it_is_not_made_twice(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    assert RelyingPartySession.objects.get().last_error == "answered 500"
    receiver.hold.clear()
    let_it_be_due()
    slow = threading.Thread(target=in_a_thread, args=(deliver, due(timezone.now()).get()))
    slow.start()
    wait_for(receiver, 2)
    assert RelyingPartySession.objects.get().last_error == ""
    assert not waiting("site-a").exists()
    receiver.hold.set()
    slow.join()
    assert waiting("site-a").exists()


@pytest.mark.parametrize(
    ("uri", "to"),
    [
        ("http://a.localhost/x", "127.0.0.1:80"), ("http://a.localhost:81/x", "127.0.0.1:81"),
        ("https://a.localhost/x", "127.0.0.1:443"), ("http://a.example/x", "a.example"),
    ],
)  # fmt: skip
def test_only_what_browsers_take_for_this_machine_is_connected_to_here(uri, to):
    assert (address_of(uri) or urlsplit(uri).netloc) == to


def test_a_project_says_where_a_client_is_connected_to(settings):
    settings.BACKCHANNEL_LOGOUT_ADDRESSES = {"a.example:81": "10.0.0.5:8001"}
    assert address_of("http://a.example:81/x") == "10.0.0.5:8001"
    assert address_of("http://a.example/x") == ""


@pytest.mark.parametrize("address", [None, "", "site", "http://", "/x", 5])
def test_an_address_that_cannot_be_used_is_said_to_be_so(signed_in, receiver, address):
    code_for(signed_in)
    client = Client.objects.get(pk="site-a")
    client.data["client_metadata"]["backchannel_logout_uri"] = address
    client.save()
    signed_in.post("/accounts/logout/")
    one = RelyingPartySession.objects.get()
    assert (one.notified_at, one.last_error) == (None, "no usable address")


def test_a_client_that_takes_its_address_away_is_given_up_too(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    client = Client.objects.get(pk="site-a")
    del client.data["client_metadata"]["backchannel_logout_uri"]
    client.save()
    RelyingPartySession.objects.update(ended_at=timezone.now() - GIVE_UP_AFTER)
    deliver_now()
    one = RelyingPartySession.objects.get()
    assert (one.last_error, one.next_attempt_at) == ("no usable address", None)


def test_a_late_answer_takes_nothing_back(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    receiver.hold.clear()
    receiver.status = 500
    late = threading.Thread(target=in_a_thread, args=(deliver, due(timezone.now()).get()))
    late.start()
    wait_for(receiver, 1)
    told = timezone.now()
    RelyingPartySession.objects.update(notified_at=told, last_error="", next_attempt_at=None)  # by another try
    receiver.hold.set()
    late.join()
    one = RelyingPartySession.objects.get()
    assert (one.notified_at, one.last_error, one.next_attempt_at) == (told, "", None)


def test_a_client_that_is_down_is_not_reachable_and_the_page_says_so(signed_in, receiver):
    code_for(signed_in)
    receiver.close()
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "site A: not told yet: unreachable. Next try at" in page
    assert "A site that could not be told may still know you." in page


def test_a_slow_client_keeps_the_person_waiting_for_two_seconds_and_is_told_all_the_same(signed_in, receiver):
    code_for(signed_in)
    receiver.hold.clear()
    began = time.monotonic()
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert REQUEST_TIMEOUT <= time.monotonic() - began < ANSWER_TIMEOUT
    assert "site A: being told" in page
    receiver.hold.set()
    deadline = time.monotonic() + 20
    while RelyingPartySession.objects.get().notified_at is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert RelyingPartySession.objects.get().notified_at
    assert len(receiver.got) == 1


def test_whoever_died_in_the_middle_of_a_try_is_followed_by_another(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    one = due(timezone.now()).get()
    due(timezone.now()).update(
        next_attempt_at=timezone.now() + LEASE, attempts=F("attempts") + 1
    )  # and then nothing more
    deliver(one)
    assert receiver.got == []
    RelyingPartySession.objects.update(next_attempt_at=F("next_attempt_at") - LEASE)
    deliver_now()
    assert len(receiver.got) == 1


def test_it_is_given_up_after_as_long_as_a_session_lasts(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.update(ended_at=timezone.now() - GIVE_UP_AFTER, attempts=30)
    let_it_be_due()
    deliver_now()
    assert RelyingPartySession.objects.get().next_attempt_at is None
    assert list(due(timezone.now())) == []


def test_a_client_that_has_not_registered_an_address_is_not_asked(signed_in):
    Client.objects.filter(pk="site-a").update(data=None)
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "site A: not told: it has registered no address for this" in page
    assert userinfo(signed_in, access_token).status_code == 401
    assert not Token.objects.filter(type=Token.Type.ACCESS_TOKEN).exists()


def test_what_ended_long_ago_is_forgotten(signed_in, receiver):
    code_for(signed_in)
    signed_in.post("/accounts/logout/")
    forget_old()
    assert RelyingPartySession.objects.exists()
    RelyingPartySession.objects.update(ended_at=F("ended_at") - KEPT_FOR)
    forget_old()
    assert not RelyingPartySession.objects.exists()


def test_what_is_still_to_be_told_is_not_forgotten(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.update(ended_at=F("ended_at") - KEPT_FOR)
    forget_old()
    assert RelyingPartySession.objects.exists()


def test_a_fault_of_this_servers_own_is_a_line_in_the_log_and_there_is_another_attempt(
    signed_in, receiver, monkeypatch, caplog
):
    code_for(signed_in)
    with monkeypatch.context() as broken:
        broken.setattr("backchannel_logout.delivery.exchange", lambda *arguments: 1 / 0)
        assert signed_in.post("/accounts/logout/").status_code == 302
    assert "A logout token could not be delivered; there will be another attempt." in caplog.text
    assert receiver.got == []
    let_it_be_due()
    deliver_now()
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "rows", [waiting("site-a"), due(timezone.now()).order_by("next_attempt_at")], ids=["waiting", "due"]
)
def test_what_is_to_be_delivered_is_found_by_its_moment_however_many_sessions_a_client_has(rows, db):
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        (step,) = [row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
    assert re.search(r"SEARCH .* USING INDEX \w+ \(.*next_attempt_at[<>]\?\)", step), step
