"""What a request that ends sessions does before it is answered, its own session included."""

import contextlib
import time

import pytest
from django.contrib.auth import update_session_auth_hash
from django.db import OperationalError, transaction
from django.utils import timezone

from backchannel_logout.delivery import deliver_all, due
from backchannel_logout.middleware import REQUEST_TIMEOUT, BackChannelLogoutMiddleware
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.session_engine import SessionStore
from tests.backchannel_logout.op_sessions import claims_of, deliver_now, let_it_be_due, sign_in
from tests.identity.provider.protocol import code_for
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_session_that_cannot_be_ended_now_is_refused_later(signed_in, alice, rf, monkeypatch):
    def locked(self):
        raise OperationalError("database is locked")

    request = request_of(signed_in, alice, rf)
    alice.set_password("another")
    monkeypatch.setattr(SessionStore, "flush", locked)
    BackChannelLogoutMiddleware(lambda request: request.user.save())(request)
    monkeypatch.undo()
    assert "Here you are not signed in" in text_of(signed_in.get("/"))


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
        deliver_all(due(timezone.now()), 5)
    assert RelyingPartySession.objects.get(notified_at=None).session_key == signed_in.session.session_key
    assert len({claims_of(token)["sid"] for token in receiver.got}) == 50
