"""What the token endpoint gives, to whom, and how often."""

import base64
import json
from contextlib import nullcontext
from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from backchannel_logout.models import TokenBinding
from backchannel_logout.request_under_way import UnderWay
from identity.provider.request_validator import Validator
from lab.servers import SITE_B
from lab.state import secret
from tests.identity.provider.protocol import (
    REDIRECT_URI,
    answer_of,
    authorize,
    claims_in,
    code_for,
    redeem,
    refresh,
    userinfo,
)

SECRET = "a-secret: 50% of it+more"
SITE_B_ASKS = {"client_id": "site-b", "redirect_uri": f"{SITE_B.origin}/oidc/callback/"}


def test_a_site_is_told_neither_the_password_nor_what_is_in_identitys_cookie(client, alice):
    alice.set_password("hunter2")
    alice.save()
    client.post("/accounts/login/", {"login": "alice", "password": "hunter2"})
    answer = authorize(client)
    tokens = redeem(client, answer_of(answer)["code"]).json()
    claims = [claims_in(tokens["id_token"]), userinfo(client, tokens["access_token"]).json()]
    told = f"{answer['Location']} {tokens} {claims}"
    assert "alice@example.org" in told
    for secret_of_alice in ("hunter2", alice.password, client.cookies["identity_session"].value):
        assert secret_of_alice not in told


# A code is good once


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": SITE_B_ASKS["redirect_uri"]}, "invalid_grant"),
        ({"redirect_uri": REDIRECT_URI + "?"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
    ],
)
def test_a_code_is_worth_one_try(signed_in, changes, error):
    code = code_for(signed_in)
    response = redeem(signed_in, code, **changes)
    assert response.status_code == 400
    assert response.json()["error"] == error
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_a_code_that_comes_again_revokes_what_it_gave(signed_in):
    code = code_for(signed_in)
    token = redeem(signed_in, code).json()["access_token"]
    other = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    assert userinfo(signed_in, token).status_code == 200
    response = redeem(signed_in, code)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"
    assert userinfo(signed_in, token).status_code == 401
    assert userinfo(signed_in, other).status_code == 200


def test_so_it_does_where_nothing_says_any_more_which_session_it_came_of(signed_in):
    code = code_for(signed_in)
    token = redeem(signed_in, code).json()["access_token"]
    TokenBinding.objects.filter(token__type=Token.Type.AUTHORIZATION_CODE).delete()
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"
    assert not Token.objects.by_value(token).exists()


def test_a_code_that_another_client_presents_revokes_nothing_and_stays_good(signed_in):
    code = code_for(signed_in)
    as_site_b = {"client_id": "site-b", "client_secret": secret("site_b.client_secret")}
    assert redeem(signed_in, code, **as_site_b).json()["error"] == "invalid_grant"
    token = redeem(signed_in, code).json()["access_token"]
    assert redeem(signed_in, code, **as_site_b).json()["error"] == "invalid_grant"
    assert userinfo(signed_in, token).status_code == 200


def test_a_code_with_a_wrong_secret_stays_good_and_revokes_nothing(signed_in):
    code = code_for(signed_in)
    assert redeem(signed_in, code, client_secret="wrong").status_code == 401
    token = redeem(signed_in, code).json()["access_token"]
    assert redeem(signed_in, code, client_secret="wrong").status_code == 401
    assert userinfo(signed_in, token).status_code == 200


def test_a_code_that_two_requests_read_at_the_same_instant_is_good_for_one(signed_in, monkeypatch):
    code = code_for(signed_in)
    read = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    assert redeem(signed_in, code).status_code == 200
    monkeypatch.setattr(Validator, "_lookup_authorization_code", lambda self, *which: read)
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_a_code_is_good_for_a_minute(signed_in):
    code = code_for(signed_in)
    row = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    assert timezone.now() < row.expires_at <= timezone.now() + timedelta(seconds=60)
    Token.objects.update(expires_at=timezone.now())
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_what_remembers_a_code_outlives_what_it_gave_and_is_cleared_after_it(signed_in):
    redeem(signed_in, code_for(signed_in))
    remembers = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    gave = Token.objects.get(type=Token.Type.ACCESS_TOKEN)
    assert remembers.expires_at > gave.expires_at
    past = timezone.now() - timedelta(seconds=1)
    Token.objects.update(expires_at=past)
    call_command("oidc_cleartokens", verbosity=0)
    assert not Token.objects.exists()


def test_the_row_of_a_code_names_its_client_and_holds_neither_code_nor_state(signed_in):
    code = code_for(signed_in, state="a-very-own-state", claims='{"userinfo": {"a-very-own-claim": null}}')
    row = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    assert row.client_id == "site-a"
    bound = {"redirect_uri", "pkce", "nonce"}
    assert row.data.keys() == {*bound, "claims", "claimed", "grant_id", "resources"}
    assert (row.data["claims"], row.data["claimed"]) == ({}, False)
    assert not any(secret in json.dumps(row.data) for secret in (code, "a-very-own"))
    answer = redeem(signed_in, code).json()
    assert claims_in(answer["id_token"])["nonce"] == "the-nonce"
    used = Token.objects.get(pk=row.pk).data
    assert used == {"claimed": True, "grant_id": row.data["grant_id"]}


def test_codes_that_were_never_given_leave_nothing_behind(signed_in):
    assert redeem(signed_in, "made-up").json()["error"] == "invalid_grant"
    assert not Token.objects.exists()


# Whose tokens


def test_who_was_disabled_gets_nothing_for_the_code(signed_in, alice):
    code = code_for(signed_in)
    alice.is_active = False
    alice.save()
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_who_was_disabled_is_not_named_any_more(signed_in, alice):
    token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    alice.is_active = False
    alice.save()
    response = userinfo(signed_in, token)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer ")


def test_answers_with_tokens_are_kept_by_no_cache(signed_in):
    response = redeem(signed_in, code_for(signed_in))
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "application/json"


# Refresh tokens


@pytest.fixture
def may_refresh(signed_in):
    Client.objects.filter(pk="site-a").update(grant_types="authorization_code\nrefresh_token")
    return signed_in


def test_a_site_gets_no_refresh_token(signed_in):
    answer = redeem(signed_in, code_for(signed_in)).json()
    assert set(answer) == {"access_token", "expires_in", "token_type", "scope", "id_token"}
    assert not Token.objects.filter(type=Token.Type.REFRESH_TOKEN).exists()
    assert refresh(signed_in, "x").json()["error"] == "unauthorized_client"


def test_a_client_that_may_refresh_can_for_two_weeks(may_refresh):
    answer = redeem(may_refresh, code_for(may_refresh)).json()
    assert answer["refresh_expires_in"] <= 14 * 24 * 60 * 60
    again = refresh(may_refresh, answer["refresh_token"]).json()
    assert userinfo(may_refresh, again["access_token"]).json()["sub"] == claims_in(answer["id_token"])["sub"]
    assert "id_token" not in again
    assert refresh(may_refresh, answer["refresh_token"]).json()["error"] == "invalid_grant"  # there is a newer one
    assert refresh(may_refresh, again["refresh_token"]).status_code == 200


def test_another_client_refreshes_nothing(may_refresh):
    Client.objects.filter(pk="site-b").update(grant_types="authorization_code\nrefresh_token")
    token = redeem(may_refresh, code_for(may_refresh)).json()["refresh_token"]
    as_site_b = {"client_id": "site-b", "client_secret": secret("site_b.client_secret")}
    assert refresh(may_refresh, token, **as_site_b).json()["error"] == "invalid_grant"
    assert refresh(may_refresh, token).status_code == 200


def test_who_was_disabled_is_refreshed_no_more(may_refresh, alice):
    token = redeem(may_refresh, code_for(may_refresh)).json()["refresh_token"]
    alice.is_active = False
    alice.save()
    assert refresh(may_refresh, token).json()["error"] == "invalid_grant"


@pytest.fixture
def answered(django_capture_on_commit_callbacks):
    """Lets what is written after the commit be written within a test, which commits nothing."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_refresh_token_that_comes_again_ends_all_that_came_of_its_code(may_refresh, answered):
    first = redeem(may_refresh, code_for(may_refresh)).json()
    with answered():
        second = refresh(may_refresh, first["refresh_token"]).json()
        third = refresh(may_refresh, second["refresh_token"]).json()
    assert refresh(may_refresh, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert refresh(may_refresh, third["refresh_token"]).json()["error"] == "invalid_grant"
    for tokens in (first, second, third):
        assert userinfo(may_refresh, tokens["access_token"]).status_code == 401


def test_and_nothing_of_another_sign_in(may_refresh, answered):
    other = redeem(may_refresh, code_for(may_refresh)).json()
    first = redeem(may_refresh, code_for(may_refresh)).json()
    with answered():
        second = refresh(may_refresh, first["refresh_token"]).json()
    refresh(may_refresh, first["refresh_token"])
    assert userinfo(may_refresh, second["access_token"]).status_code == 401
    assert userinfo(may_refresh, other["access_token"]).status_code == 200
    assert refresh(may_refresh, other["refresh_token"]).status_code == 200


def test_another_client_that_presents_a_used_refresh_token_ends_nothing(may_refresh, answered):
    Client.objects.filter(pk="site-b").update(grant_types="authorization_code\nrefresh_token")
    first = redeem(may_refresh, code_for(may_refresh)).json()
    with answered():
        second = refresh(may_refresh, first["refresh_token"]).json()
    as_site_b = {"client_id": "site-b", "client_secret": secret("site_b.client_secret")}
    assert refresh(may_refresh, first["refresh_token"], **as_site_b).json()["error"] == "invalid_grant"
    assert refresh(may_refresh, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_refresh_that_began_before_the_first_was_answered_is_refused_and_ends_nothing(
    may_refresh, monkeypatch, answered, is_answered
):
    token = redeem(may_refresh, code_for(may_refresh)).json()["refresh_token"]
    early = timezone.now()
    with answered() if is_answered else nullcontext():
        answer = refresh(may_refresh, token).json()
    monkeypatch.setattr(UnderWay, "began_at", property(lambda self: early, lambda self, value: None), raising=False)
    assert refresh(may_refresh, token).json()["error"] == "invalid_grant"
    monkeypatch.undo()
    assert userinfo(may_refresh, answer["access_token"]).status_code == 200
    assert refresh(may_refresh, answer["refresh_token"]).status_code == 200


def test_a_narrowed_refresh_can_be_widened_again_by_the_next(may_refresh):
    token = redeem(may_refresh, code_for(may_refresh)).json()["refresh_token"]
    narrow = refresh(may_refresh, token, scope="openid").json()
    assert narrow["scope"] == "openid"
    assert "email" not in userinfo(may_refresh, narrow["access_token"]).json()
    wide = refresh(may_refresh, narrow["refresh_token"], scope="openid email").json()
    assert userinfo(may_refresh, wide["access_token"]).json()["email"] == "alice@example.org"
    assert refresh(may_refresh, wide["refresh_token"], scope="openid phone").json()["error"] == "invalid_scope"


def test_a_code_that_comes_again_revokes_what_its_tokens_were_refreshed_into(may_refresh):
    code = code_for(may_refresh)
    first = redeem(may_refresh, code).json()
    second = refresh(may_refresh, first["refresh_token"]).json()
    third = refresh(may_refresh, second["refresh_token"]).json()
    assert redeem(may_refresh, code).json()["error"] == "invalid_grant"
    for tokens in (first, second, third):
        assert userinfo(may_refresh, tokens["access_token"]).status_code == 401
    assert refresh(may_refresh, third["refresh_token"]).json()["error"] == "invalid_grant"


def test_what_remembers_a_code_outlives_its_refresh_token(may_refresh):
    redeem(may_refresh, code_for(may_refresh))
    remembers = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    assert all(remembers.expires_at >= token.expires_at for token in Token.objects.all())


def test_and_every_token_that_it_is_refreshed_into(may_refresh):
    answer = redeem(may_refresh, code_for(may_refresh)).json()
    soon = timezone.now() + timedelta(minutes=1)
    Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE).update(expires_at=soon)
    assert refresh(may_refresh, answer["refresh_token"]).status_code == 200
    remembers = Token.objects.get(type=Token.Type.AUTHORIZATION_CODE)
    assert all(remembers.expires_at >= token.expires_at for token in Token.objects.all())


@pytest.mark.parametrize(
    "grant_type", ["client_credentials", "password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
)
def test_no_other_grant_is_offered_even_to_a_client_that_was_given_it(signed_in, grant_type):
    Client.objects.filter(pk="site-a").update(grant_types=grant_type)
    response = redeem(signed_in, None, grant_type=grant_type)
    assert response.status_code == 400
    assert response.json()["error"] == "unsupported_grant_type"


# Which client


def basic(client_id, client_secret):
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()}


IN_THE_HEADER = {"client_id": None, "client_secret": None}


@pytest.fixture
def odd(signed_in):
    """A client whose id and secret hold what a form must encode."""
    return Client.objects.create(
        id="odd+client:100%",
        name="Odd",
        secret=make_password(SECRET, hasher="sha256_of_random"),
        redirect_uris=REDIRECT_URI,
        scopes="openid\nprofile\nemail",
        skip_consent=True,
    )


def test_basic_credentials_are_form_decoded(signed_in, odd):
    code = code_for(signed_in, client_id=odd.pk)
    response = redeem(signed_in, code, headers=basic(quote_plus(odd.pk), quote_plus(SECRET)), **IN_THE_HEADER)
    assert response.status_code == 200
    assert claims_in(response.json()["id_token"])["aud"] == odd.pk


@pytest.mark.parametrize("client_id", ["site-a", "site%2Da", "%73ite-a"])
def test_a_client_id_may_be_encoded_more_than_it_need_be(signed_in, client_id):
    headers = basic(client_id, secret("site_a.client_secret"))
    assert redeem(signed_in, code_for(signed_in), headers=headers, **IN_THE_HEADER).status_code == 200
    assert redeem(signed_in, code_for(signed_in), headers=headers, client_secret=None).status_code == 200


@pytest.mark.parametrize(
    ("client_id", "client_secret"),
    [
        ("site-a", "wrong"),
        ("site-a", ""),
        ("", "x"),
        ("nobody", "x"),
        ("site-a%00", "x"),
        ("site-a", "%ff"),
        ("%", "%"),
        ("odd+client:100%", SECRET),  # not encoded
    ],
)
def test_basic_credentials_that_do_not_fit_are_refused_and_asked_for(signed_in, odd, client_id, client_secret):
    response = redeem(signed_in, "x", headers=basic(client_id, client_secret), **IN_THE_HEADER)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"
    assert response["WWW-Authenticate"] == 'Basic realm="identity"'


def test_a_client_that_authenticates_as_one_and_speaks_for_another_is_refused(signed_in):
    headers = basic("site-b", secret("site_b.client_secret"))
    response = redeem(signed_in, code_for(signed_in), headers=headers, client_secret=None)
    assert response.status_code == 401


@pytest.mark.parametrize("authorization", [None, "Basic x", "Bearer x"])
def test_a_client_that_authenticates_in_two_ways_at_once_is_refused(signed_in, authorization):
    headers = {"authorization": authorization} if authorization else basic("site-a", secret("site_a.client_secret"))
    code = code_for(signed_in)
    response = redeem(signed_in, code, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"
    assert redeem(signed_in, code).status_code == 200


def test_a_client_authenticates_only_in_a_way_that_is_announced(signed_in, settings):
    ways = {"client_secret_post": {}, "client_secret_basic": IN_THE_HEADER}
    for announced in ways:
        settings.IDP_OIDC_AUTH_METHODS = [announced]
        metadata = signed_in.get("/.well-known/openid-configuration").json()
        assert metadata["token_endpoint_auth_methods_supported"] == [announced]
        for way, changes in ways.items():
            headers = basic("site-a", secret("site_a.client_secret")) if changes else None
            response = redeem(signed_in, code_for(signed_in), headers=headers, **changes)
            assert response.status_code == (200 if way == announced else 401)


def test_a_client_that_has_a_secret_does_not_come_without_it(signed_in):
    response = redeem(signed_in, code_for(signed_in), client_secret=None)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"


@pytest.mark.parametrize("name", ["code", "client_id", "client_secret", "code_verifier", "grant_type", "redirect_uri"])
def test_a_parameter_that_comes_twice_is_refused(signed_in, name):
    response = redeem(signed_in, **{"code": code_for(signed_in), name: ["x", "x"]})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"
