"""What a client is told when its request is refused: the error of the specification, and why in its description."""

import json

import pytest
from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import make_password

from tests.identity.provider.protocol import REDIRECT_URI, code_for, redeem, refresh, userinfo

TOKEN, USERINFO = "/identity/o/api/token", "/identity/o/api/userinfo"
FORM = "application/x-www-form-urlencoded"


def told(response):
    answer = response.json()
    return response.status_code, answer["error"], answer["error_description"]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml"])
def test_a_body_that_is_no_form_is_said_to_be_none(client, seeded, content_type):
    body = json.dumps({"grant_type": "authorization_code", "code": "x"})
    response = client.post(TOKEN, body, content_type=content_type)
    assert told(response) == (400, "invalid_request", f"The body is not sent as {FORM}.")


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", f"{FORM};charset=ISO-8859-1", FORM.upper()])
def test_a_form_of_any_charset_is_one(client, seeded, content_type):
    response = client.post(TOKEN, "grant_type=password", content_type=content_type)
    assert told(response)[1] == "unsupported_grant_type"


@pytest.mark.parametrize("fields", [{}, {"grant_type": ""}])
def test_a_missing_grant_type_is_said_to_be_missing(client, seeded, fields):
    assert told(client.post(TOKEN, fields)) == (400, "invalid_request", "The grant_type is missing.")


@pytest.mark.parametrize(
    ("changes", "error", "why"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant", "The code_verifier does not fit the code_challenge."),
        ({"code_verifier": None}, "invalid_request", "Code verifier required."),
        ({"code": "made-up"}, "invalid_grant", "The code or refresh token is unknown"),
        ({"code": None}, "invalid_request", "Missing code parameter."),
        ({"redirect_uri": REDIRECT_URI + "x"}, "invalid_grant", "The redirect_uri is not the one"),
        ({"client_secret": "wrong"}, "invalid_client", "its secret is wrong"),
        ({"client_id": "nobody"}, "invalid_client", "The client is unknown"),
        ({"grant_type": "password"}, "unsupported_grant_type", "one of authorization_code, refresh_token."),
    ],
)
def test_a_token_request_that_is_refused_is_told_why(signed_in, changes, error, why):
    response = redeem(signed_in, **{"code": code_for(signed_in), **changes})
    status, said, reason = told(response)
    assert (status, said) == (401 if error == "invalid_client" else 400, error)
    assert why in reason
    assert response["Cache-Control"] == "no-store"


def test_a_client_that_may_not_refresh_or_not_so_widely_is_told_so(signed_in):
    assert "not registered for this grant_type" in told(refresh(signed_in, "x"))[2]
    Client.objects.filter(pk="site-a").update(grant_types="authorization_code\nrefresh_token")
    token = redeem(signed_in, code_for(signed_in, scope="openid")).json()["refresh_token"]
    wide = refresh(signed_in, token, scope="openid email")
    assert told(wide) == (400, "invalid_scope", "A scope was not granted with the refresh token.")


@pytest.mark.parametrize("client_id", ["my app", "a  b", " leading"])
def test_a_client_id_with_a_space_is_one_in_the_body_too(signed_in, client_id):
    secret = make_password("its-secret", hasher="sha256_of_random")
    scopes = "openid\nprofile\nemail"
    Client.objects.create(id=client_id, secret=secret, redirect_uris=REDIRECT_URI, scopes=scopes, skip_consent=True)
    code = code_for(signed_in, client_id=client_id)
    assert redeem(signed_in, code, client_id=client_id, client_secret="its-secret").status_code == 200


@pytest.mark.parametrize("client_id", ["my app", "a\tb"])
def test_and_an_unknown_one_is_no_other_error_than_any_unknown_one(signed_in, client_id):
    response = redeem(signed_in, "x", client_id=client_id)
    assert told(response)[1] == ("invalid_client" if client_id.isprintable() else "invalid_request")


# Userinfo (RFC 6750)


@pytest.fixture
def token(signed_in):
    return redeem(signed_in, code_for(signed_in)).json()["access_token"]


def test_an_access_token_comes_in_the_header_or_in_a_form(client, token):
    assert userinfo(client, token).status_code == 200
    assert client.post(USERINFO, headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert client.post(USERINFO, f"access_token={token}", content_type=FORM).status_code == 200
    headers = {"authorization": f"bearer {token}"}
    assert client.post(USERINFO, "{}", content_type="application/json", headers=headers).status_code == 200


def test_a_token_in_the_query_is_refused_with_the_reason(client, token):
    for headers in ({}, {"authorization": f"Bearer {token}"}):
        response = client.get(f"{USERINFO}?access_token={token}", headers=headers)
        assert told(response) == (400, "invalid_request", "The access token must not be in the query.")
        assert 'Bearer error="invalid_request"' in response["WWW-Authenticate"]
        assert response["Cache-Control"] == "no-store"


def test_two_tokens_are_refused_with_the_reason(client, token):
    headers = {"authorization": f"Bearer {token}"}
    response = client.post(USERINFO, f"access_token={token}", content_type=FORM, headers=headers)
    assert told(response) == (400, "invalid_request", "The access token comes in two ways at once.")


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer a b", "bearer"])
def test_a_header_without_one_token_is_malformed(client, seeded, authorization):
    response = client.get(USERINFO, headers={"authorization": authorization})
    assert told(response)[:2] == (400, "invalid_request")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic x"}])
def test_who_brings_no_token_is_asked_for_one_and_told_no_error(client, seeded, headers):
    response = client.get(USERINFO, headers=headers)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_that_is_none_is_invalid(client, seeded):
    response = userinfo(client, "made-up")
    assert told(response)[:2] == (401, "invalid_token")
    assert response["WWW-Authenticate"].startswith('Bearer error="invalid_token", error_description="')
