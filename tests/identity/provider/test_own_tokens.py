"""Revocation (RFC 7009) and introspection (RFC 7662): for the client that a token belongs to, and for no other."""

from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from lab.servers import IDENTITY
from lab.state import secret
from tests.identity.provider.clients import NATIVE_APP, register
from tests.identity.provider.protocol import REDIRECT_URI, claims_in, code_for, redeem, refresh, userinfo

SITE_A = {"client_id": "site-a", "client_secret": secret("site_a.client_secret")}
SITE_B = {"client_id": "site-b", "client_secret": secret("site_b.client_secret")}


def revoke(client, token, own=SITE_A, **fields):
    return client.post("/identity/o/api/revoke", {"token": token, **own, **fields})


def introspect(client, token, own=SITE_A, **fields):
    return client.post("/identity/o/api/introspect", {"token": token, **own, **fields})


@pytest.fixture
def tokens(signed_in):
    Client.objects.update(grant_types="authorization_code\nrefresh_token")
    return redeem(signed_in, code_for(signed_in)).json()


@pytest.mark.parametrize("hint", [{}, {"token_type_hint": "access_token"}, {"token_type_hint": "refresh_token"}])
def test_a_revoked_access_token_ends_alone_whatever_the_hint(client, tokens, hint):
    response = revoke(client, tokens["access_token"], **hint)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert userinfo(client, tokens["access_token"]).status_code == 401
    assert refresh(client, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("hint", [{}, {"token_type_hint": "access_token"}, {"token_type_hint": "x"}])
def test_with_a_revoked_refresh_token_all_ends_that_came_of_the_sign_in(client, signed_in, tokens, hint):
    other = redeem(signed_in, code_for(signed_in)).json()
    again = refresh(client, tokens["refresh_token"]).json()
    assert revoke(client, again["refresh_token"], **hint).status_code == 200
    assert refresh(client, again["refresh_token"]).json()["error"] == "invalid_grant"
    for one in (tokens, again):
        assert userinfo(client, one["access_token"]).status_code == 401
    assert userinfo(client, other["access_token"]).status_code == 200


def test_one_that_outlasts_the_sign_in_can_be_revoked_too(client, signed_in, tokens):
    offline = redeem(signed_in, code_for(signed_in, scope="openid offline_access")).json()
    signed_in.post("/accounts/logout/")
    again = refresh(client, offline["refresh_token"]).json()
    assert revoke(client, again["refresh_token"]).status_code == 200
    assert refresh(client, again["refresh_token"]).json()["error"] == "invalid_grant"
    assert userinfo(client, again["access_token"]).status_code == 401


def test_another_client_revokes_nothing_and_is_told_nothing(client, tokens):
    for token in (tokens["access_token"], tokens["refresh_token"], "made-up"):
        assert revoke(client, token, SITE_B).status_code == 200
    assert userinfo(client, tokens["access_token"]).status_code == 200


def test_a_public_client_revokes_its_own(client, signed_in):
    app = register(NATIVE_APP, REDIRECT_URI, may_refresh=True)
    own = {"client_id": app.pk, "client_secret": None}
    token = redeem(signed_in, code_for(signed_in, client_id=app.pk), **own).json()["access_token"]
    assert client.post("/identity/o/api/revoke", {"token": token, "client_id": app.pk}).status_code == 200
    assert userinfo(client, token).status_code == 401


@pytest.mark.parametrize("ask", [revoke, introspect])
def test_who_is_no_client_is_refused_and_so_is_a_request_without_a_token(client, tokens, ask):
    wrong = ask(client, tokens["access_token"], {**SITE_A, "client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong["WWW-Authenticate"] == 'Basic realm="identity"'
    assert ask(client, "", SITE_A).json() == {
        "error": "invalid_request",
        "error_description": "Missing token parameter.",
    }
    assert userinfo(client, tokens["access_token"]).status_code == 200


def test_a_client_asks_what_its_access_token_is_good_for(client, alice, tokens):
    response = introspect(client, tokens["access_token"])
    said, row = response.json(), Token.objects.get(type=Token.Type.ACCESS_TOKEN)
    assert said == {
        "active": True,
        "iss": IDENTITY.origin,
        "client_id": "site-a",
        "sub": claims_in(tokens["id_token"])["sub"],
        "scope": "openid profile email",
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
        "token_type": "Bearer",
    }
    assert response["Cache-Control"] == "no-store"


def test_and_what_its_refresh_token_is_good_for(client, tokens):
    said = introspect(client, tokens["refresh_token"], token_type_hint="access_token").json()
    assert said["active"] is True
    assert "token_type" not in said  # of RFC 6749, 5.1: it is about an access token
    refresh(client, tokens["refresh_token"])
    assert introspect(client, tokens["refresh_token"]).json() == {"active": False}


def it_has_expired(client, alice):
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def alice_signs_out(client, alice):
    client.post("/accounts/logout/")


def alice_is_disabled(client, alice):
    alice.is_active = False
    alice.save()


@pytest.mark.parametrize("end", [it_has_expired, alice_signs_out, alice_is_disabled])
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_a_token_that_has_ended_is_not_active(signed_in, new_client, alice, tokens, end, name):
    end(signed_in, alice)
    assert introspect(new_client(), tokens[name]).json() == {"active": False}


def test_neither_is_that_of_another_client_nor_one_that_never_was(client, tokens):
    for token in (tokens["access_token"], tokens["refresh_token"], "made-up", "eyJ.a.b"):
        assert introspect(client, token, SITE_B).json() == {"active": False}


def test_a_public_client_cannot_say_who_it_is_and_is_told_nothing(client, signed_in):
    app = register(NATIVE_APP, REDIRECT_URI)
    token = redeem(signed_in, code_for(signed_in, client_id=app.pk), client_id=app.pk, client_secret=None).json()
    fields = {"token": token["access_token"], "client_id": app.pk}
    assert client.post("/identity/o/api/introspect", fields).status_code == 401


def test_a_server_may_ask_at_each_request(client, tokens):
    for _ in range(70):
        assert introspect(client, tokens["access_token"]).json()["active"]
