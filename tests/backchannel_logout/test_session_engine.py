"""A session that gets a new key has not ended."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.session_engine import SessionStore
from tests.backchannel_logout.op_sessions import deliver_now, let_it_expire
from tests.identity.provider.protocol import code_for, redeem, userinfo

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_new_key_that_an_async_view_gives_is_an_end(signed_in, receiver):
    code_for(signed_in)
    async_to_sync(signed_in.session.acycle_key)()
    deliver_now()
    assert len(receiver.got) == 1


def test_a_session_that_ends_after_it_was_loaded_gets_no_new_key(signed_in, receiver):
    code_for(signed_in)
    session = SessionStore(signed_in.session.session_key)
    assert session["_auth_user_id"]
    Session.objects.all().delete()
    with pytest.raises(SessionInterrupted, match="ended while this request was under way"):
        session.cycle_key()
    assert not Session.objects.exists()


def test_a_new_key_for_a_session_that_is_gone_makes_another_which_nothing_follows(signed_in):
    code_for(signed_in)
    gone = SessionStore(signed_in.session.session_key)
    let_it_expire(signed_in, None)
    gone.cycle_key()
    assert gone.session_key != signed_in.session.session_key
    assert RelyingPartySession.objects.get().session_key == signed_in.session.session_key
