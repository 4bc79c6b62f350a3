"""What an OP session gives is bound to it: its name in the ID Token, and an end that codes and tokens share."""

import time

import pytest
from allauth.idp.oidc.internal.oauthlib import server
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.utils import timezone

from backchannel_logout import session_binding
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import get_or_create_rp_session
from backchannel_logout.session_binding import SessionBoundValidator
from lab.servers import SITE_B
from tests.backchannel_logout.op_sessions import sign_in
from tests.identity.provider.protocol import authorize, claims_in, code_for, redeem

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_id_token_names_the_session_and_a_second_sign_in_in_it_has_the_same_name(signed_in):
    first, second = (claims_in(redeem(signed_in, code_for(signed_in)).json()["id_token"]) for _ in range(2))
    assert first["sid"] == second["sid"] == RelyingPartySession.objects.get().sid


def test_the_same_person_in_another_browser_and_at_another_client_has_another_name(signed_in, new_client, alice):
    code_for(signed_in)
    there = sign_in(new_client(), alice)
    code_for(there)
    code_for(signed_in, client_id="site-b", redirect_uri=f"{SITE_B.origin}/oidc/callback/")
    assert len(set(RelyingPartySession.objects.values_list("sid", flat=True))) == 3


def test_the_id_token_says_how_the_person_proved_who_they_are(client, alice):
    alice.set_password("alice")
    alice.save()
    client.post("/accounts/login/", {"login": "alice", "password": "alice"})
    claims = claims_in(redeem(client, code_for(client)).json()["id_token"])
    assert claims["amr"] == ["pwd"]
    assert claims["auth_time"] == pytest.approx(time.time(), abs=60)


def test_what_is_given_while_the_session_ends_is_not_given(signed_in, receiver):
    code = code_for(signed_in)
    RelyingPartySession.objects.update(ended_at=timezone.now())  # noticed, before the code had been written
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_who_signs_out_while_a_site_asks_gives_it_no_code(signed_in, receiver, monkeypatch):
    def signed_out_first(session_key, *about):
        Session.objects.all().delete()
        return get_or_create_rp_session(session_key, *about)

    monkeypatch.setattr("backchannel_logout.session_binding.get_or_create_rp_session", signed_out_first)
    assert authorize(signed_in).status_code == 400
    assert not RelyingPartySession.objects.exists()
    assert not Token.objects.exists()


def test_the_engine_of_allauth_binds_to_sessions(client):
    client.get("/")  # the first request has the middleware made
    assert isinstance(server.OAuthLibServer().request_validator, SessionBoundValidator)


class OwnValidator(OAuthLibRequestValidator):
    """Of a project."""


def test_a_validator_of_the_projects_own_is_left_in_place(monkeypatch):
    monkeypatch.setattr(server, "OAuthLibRequestValidator", OwnValidator)
    session_binding.install()
    assert server.OAuthLibRequestValidator is OwnValidator
