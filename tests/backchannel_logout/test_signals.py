"""Which sessions end when a user is saved, and which do not."""

import pytest
from allauth.account.signals import user_logged_in
from django.contrib.sessions.models import Session

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import notice_ends
from tests.backchannel_logout.op_sessions import sign_in
from tests.identity.provider.protocol import code_for
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_old_copy_of_a_user_who_has_another_password_by_now_ends_nothing(client, alice):
    old = type(alice).objects.get(pk=alice.pk)
    alice.set_password("another")
    alice.save()
    sign_in(client, alice)
    old.save(update_fields=["is_active"])
    assert "Here you are alice" in text_of(client.get("/"))


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
