"""The end of an OP session, whatever brings it about: which clients are told, and what ends with it."""

import contextlib
import time

import pytest
from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, transaction

from backchannel_logout.delivery import (
    deliver_all,
    due,
)
from backchannel_logout.middleware import REQUEST_TIMEOUT, BackChannelLogoutMiddleware
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import notice_ends
from backchannel_logout.session_engine import SessionStore
from lab.servers import IDENTITY
from tests.backchannel_logout.op_sessions import (
    claims_of,
    deliver_now,
    let_it_be_due,
    let_it_expire,
    sign_in,
)
from tests.identity.provider.protocol import claims_in, code_for, redeem, userinfo
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def sign_out(client, alice):
    client.post("/accounts/logout/")


def end_it_from_another_browser(client, alice):
    other = type(client)(headers={"host": IDENTITY.netloc, "accept": "text/html"})
    sign_in(other, alice)
    own = UserSession.objects.get(session_key=client.session.session_key)
    other.post("/sessions/end/", {"session": own.pk})


def end_all_others(client, alice):
    other = type(client)(headers={"host": IDENTITY.netloc, "accept": "text/html"})
    sign_in(other, alice)
    other.post("/sessions/end-others/")


def delete_the_row(client, alice):
    Session.objects.filter(session_key=client.session.session_key).delete()


def change_the_password(client, alice):
    alice.set_password("another")
    alice.save()


def disable_the_user(client, alice):
    call_command("disable_user", "alice", verbosity=0)


def delete_the_user(client, alice):
    alice.delete()


def become_another_person(client, alice):
    client.force_login(type(alice).objects.get(username="bob"))


ENDS = [
    sign_out, end_it_from_another_browser, end_all_others, delete_the_row, let_it_expire, change_the_password,
    disable_the_user, delete_the_user, become_another_person,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whatever_ends_a_session_its_client_is_told_and_what_it_gave_is_over(signed_in, alice, receiver, end):
    tokens = redeem(signed_in, code_for(signed_in)).json()
    unused = code_for(signed_in)
    assert userinfo(signed_in, tokens["access_token"]).status_code == 200
    end(signed_in, alice)
    deliver_now()
    assert [claims_of(token)["sid"] for token in receiver.got] == [claims_in(tokens["id_token"])["sid"]]
    assert userinfo(signed_in, tokens["access_token"]).status_code == 401
    assert redeem(signed_in, unused).json()["error"] == "invalid_grant"
    deliver_now()
    assert len(receiver.got) == 1


def test_a_new_key_is_no_end(signed_in, receiver):
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    session = signed_in.session
    session.cycle_key()
    session.save()
    deliver_now()
    assert receiver.got == []
    assert userinfo(signed_in, access_token).status_code == 200
    Session.objects.all().delete()
    deliver_now()
    assert len(receiver.got) == 1


def test_other_sessions_go_on_and_so_do_their_tokens(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(signed_in)
    access_token = redeem(there, code_for(there)).json()["access_token"]
    signed_in.post("/accounts/logout/")
    assert len(receiver.got) == 1
    assert userinfo(there, access_token).status_code == 200
    assert RelyingPartySession.objects.get(ended_at=None).session_key == there.session.session_key


def request_of(client, user, rf):
    request = rf.post("/", headers={"cookie": f"identity_session={client.session.session_key}"})
    request.session, request.user = client.session, user
    return request


def save_and_renew(request):
    request.user.save()
    update_session_auth_hash(request, request.user)


def renew_and_save(request):
    update_session_auth_hash(request, request.user)
    request.user.save()


@pytest.mark.parametrize("change", [save_and_renew, renew_and_save])
def test_whoever_changes_their_own_password_keeps_this_session_and_loses_the_others(
    signed_in, new_client, alice, receiver, rf, change
):
    there = sign_in(new_client(), alice)
    for client in (signed_in, there):
        code_for(client)
    gone = RelyingPartySession.objects.get(session_key=there.session.session_key)
    request = request_of(signed_in, alice, rf)
    alice.set_password("another")
    BackChannelLogoutMiddleware(change)(request)
    request.session.save()
    assert [claims_of(token)["sid"] for token in receiver.got] == [gone.sid]
    assert RelyingPartySession.objects.get(ended_at=None).session_key == request.session.session_key


def test_a_password_that_is_changed_by_a_link_in_a_mail_ends_this_session_too(signed_in, alice, receiver, rf):
    code_for(signed_in)
    alice.set_password("another")
    request = request_of(signed_in, alice, rf)
    BackChannelLogoutMiddleware(lambda request: request.user.save())(request)
    assert len(receiver.got) == 1
    assert request.session.is_empty()


def change_nothing_after_all(request):
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        request.user.set_password("another")
        request.user.save()
        raise ZeroDivisionError


def think_of_a_password(request):
    request.user.save()
    request.user.set_password("a draft")


@pytest.mark.parametrize("change", [change_nothing_after_all, think_of_a_password])
def test_what_was_not_kept_of_a_user_ends_nothing(signed_in, alice, receiver, rf, change):
    code_for(signed_in)
    request = request_of(signed_in, alice, rf)
    BackChannelLogoutMiddleware(change)(request)
    deliver_now()
    assert receiver.got == []
    assert "Here you are alice" in text_of(signed_in.get("/"))


def test_an_old_copy_of_a_user_who_has_another_password_by_now_ends_nothing(client, alice):
    old = type(alice).objects.get(pk=alice.pk)
    alice.set_password("another")
    alice.save()
    sign_in(client, alice)
    old.save(update_fields=["is_active"])
    assert "Here you are alice" in text_of(client.get("/"))


def test_a_session_that_cannot_be_ended_now_is_refused_later(signed_in, alice, rf, monkeypatch):
    def locked(self):
        raise OperationalError("database is locked")

    request = request_of(signed_in, alice, rf)
    alice.set_password("another")
    monkeypatch.setattr(SessionStore, "flush", locked)
    BackChannelLogoutMiddleware(lambda request: request.user.save())(request)
    monkeypatch.undo()
    assert "Here you are nobody" in text_of(signed_in.get("/"))


def test_a_user_who_is_saved_while_signing_in_is_signed_in(client, alice):
    alice.set_password("alice")
    alice.save()

    def save(sender, user, **kwargs):
        user.save()

    user_logged_in.connect(save)
    try:
        client.post("/accounts/login/", {"login": "alice", "password": "alice"})
    finally:
        user_logged_in.disconnect(save)
    assert "Here you are alice" in text_of(client.get("/"))


def test_a_session_from_before_a_new_secret_key_goes_on_when_its_user_is_saved(signed_in, alice, settings):
    code_for(signed_in)
    key, settings.SECRET_KEY_FALLBACKS = signed_in.session.session_key, [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, " * 5
    alice.save()
    notice_ends()
    assert RelyingPartySession.objects.get(ended_at=None).session_key == key
    assert Session.objects.get().session_key == key


def test_a_new_key_for_a_session_that_is_gone_makes_another_which_nothing_follows(signed_in):
    code_for(signed_in)
    gone = SessionStore(signed_in.session.session_key)
    let_it_expire(signed_in, None)
    gone.cycle_key()
    assert gone.session_key != signed_in.session.session_key
    assert RelyingPartySession.objects.get().session_key == signed_in.session.session_key


def test_who_signs_out_while_the_table_is_locked_is_signed_out_and_told_of_later(signed_in, receiver, monkeypatch):
    def locked(**which):
        raise OperationalError("database is locked")

    code_for(signed_in)
    with monkeypatch.context() as patch:
        patch.setattr("backchannel_logout.middleware.notice_ends", locked)
        assert "You are signed out" in text_of(signed_in.post("/accounts/logout/", follow=True))
    deliver_now()
    assert len(receiver.got) == 1


def test_fifty_sessions_end_with_one_click_and_the_person_waits_once(signed_in, new_client, alice, receiver):
    for _ in range(50):
        there = sign_in(new_client(), alice)
        code_for(there)
    code_for(signed_in)
    receiver.hold.clear()
    began = time.monotonic()
    signed_in.post("/sessions/end-others/")
    assert time.monotonic() - began < 2 * REQUEST_TIMEOUT + 5  # not fifty times
    receiver.hold.set()
    deadline = time.monotonic() + 60
    while RelyingPartySession.objects.filter(notified_at=None).count() > 1 and time.monotonic() < deadline:
        let_it_be_due()
        deliver_all(due(), 5)
    assert RelyingPartySession.objects.get(notified_at=None).session_key == signed_in.session.session_key
    assert len({claims_of(token)["sid"] for token in receiver.got}) == 50
