import time
from base64 import b64encode

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from shared.journey import journey_in, journey_of
from shared.relying_party.backend import username_of
from tests.relying_party.provider import JWKS, MISSING, TOKEN, USERINFO, key_named

pytestmark = pytest.mark.django_db


def people():
    return get_user_model().objects.all()


def assert_refused(response, client, status):
    assert response.status_code == status
    assert "Sign-in not finished" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not people().exists()


def test_a_sign_in_asks_with_code_pkce_state_and_nonce(begin, settings):
    asked = begin()
    assert asked["response_type"] == "code"
    assert asked["client_id"] == settings.OIDC_RP_CLIENT_ID
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{settings.SERVER.origin}/oidc/callback/"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32


def test_the_person_is_known_by_name_and_arrives_where_they_wanted_to_go(client, come_back):
    response = come_back("/shelf/")
    assert response.status_code == 302
    assert response["Location"] == "/shelf/"
    assert "Here you are <strong>carol</strong>" in client.get("/").content.decode()


def test_nobody_is_led_to_another_host_after_signing_in(client, come_back):
    assert come_back("http://evil.example/")["Location"] == "/"


def test_signing_in_rotates_the_session_key(client, begin):
    asked = begin()
    before = client.session.session_key
    client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_the_user_is_found_by_issuer_and_sub_whatever_else_changes(client, come_back, provider):
    come_back()
    client.post("/oidc/logout/")
    provider.userinfo |= {"email": "carol@elsewhere.example", "name": "Carol Changed"}
    come_back()
    user = people().get()
    assert user.username == username_of(provider.claims["iss"], "7")
    assert (user.email, user.first_name) == ("carol@elsewhere.example", "Carol Changed")
    assert not user.has_usable_password()


def test_an_address_that_somebody_has_already_finds_nobody(client, come_back, provider):
    mallory = get_user_model().objects.create_user("mallory", email=provider.userinfo["email"])
    come_back()
    assert client.session["_auth_user_id"] != str(mallory.pk)
    assert people().count() == 2


def test_the_same_sub_of_another_issuer_is_another_person():
    assert username_of("http://one.example", "7") != username_of("http://two.example", "7")
    assert username_of("http://one.example", "7") != username_of("http://one.example7", "")


@pytest.mark.parametrize("userinfo", [{}, {"name": None, "email": 3}, {"name": "n" * 500, "email": "e" * 500}])
def test_odd_claims_about_a_person_do_not_stop_them(client, come_back, provider, userinfo):
    provider.userinfo = {"sub": "7", **userinfo}
    assert come_back().status_code == 302
    assert "_auth_user_id" in client.session
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "http://evil.example"),
        ("iss", None),
        ("aud", "site-b"),
        ("aud", ["site-a", "site-b"]),
        ("aud", None),
        ("exp", 1),
        ("exp", None),
        ("exp", "tomorrow"),
        ("exp", True),
        ("nonce", "another"),
        ("nonce", None),
        ("sub", ""),
        ("sub", 7),
        ("sub", None),
    ],
)
def test_an_id_token_with_a_wrong_or_missing_claim_is_refused_by_name(client, come_back, provider, claim, value):
    provider.claims[claim] = value
    if value is None:
        provider.claims[claim] = MISSING
    response = come_back()
    assert_refused(response, client, 502)
    assert f"was refused because of its <code>{claim}</code>" in response.content.decode()


def test_clocks_may_differ_a_little(client, come_back, provider):
    provider.claims["exp"] = int(time.time()) - 10
    assert come_back().status_code == 302


def test_a_token_signed_by_another_key_is_refused(client, come_back, provider):
    published = provider.jwks()
    provider.key = key_named("second")
    provider.jwks = lambda: published
    assert_refused(come_back(), client, 502)


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_otherwise_than_agreed_is_refused(client, come_back, provider, settings, algorithm):
    secret = settings.OIDC_RP_CLIENT_SECRET if algorithm == "HS256" else None
    provider.id_token = lambda: provider.signed(
        provider.claims, algorithm, secret.encode() if secret else None, alg=algorithm
    )
    assert_refused(come_back(), client, 502)


@pytest.mark.parametrize("token", [None, "", "no token", "a.b.c", 7])
def test_no_id_token_at_all_is_refused(client, come_back, provider, token):
    provider.id_token = lambda: token
    assert_refused(come_back(), client, 502)


def test_userinfo_about_somebody_else_is_refused(client, come_back, provider):
    provider.userinfo["sub"] = "8"
    assert_refused(come_back(), client, 502)


@pytest.mark.parametrize("path", [TOKEN, JWKS, USERINFO])
@pytest.mark.parametrize(
    "answer",
    [
        (500, "broken", "text/plain"),
        (400, '{"error": "invalid_grant"}', "application/json"),
        (302, "", "text/plain"),
        (200, "<html>", "text/html"),
        (200, "[]", "application/json"),
        (200, "{}", "application/json"),
        (200, '{"keys": 3, "id_token": {}, "sub": []}', "application/json"),
    ],
)
def test_an_answer_that_cannot_be_used_ends_in_a_page(client, come_back, provider, path, answer):
    provider.answers[path] = answer
    assert_refused(come_back(), client, 502)


def test_a_provider_that_is_down_ends_in_a_page(client, begin, provider):
    asked = begin()
    provider.close()
    response = client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})
    assert_refused(response, client, 502)
    assert "cannot be reached" in response.content.decode()


def test_a_provider_that_says_nothing_is_not_waited_for(client, come_back, provider, settings):
    settings.OIDC_TIMEOUT = (1, 0.2)
    provider.answer = lambda path: time.sleep(2) or (200, "{}", "application/json")
    assert_refused(come_back(), client, 504)


def test_a_disabled_user_is_not_signed_in_and_one_who_was_is_no_longer(client, come_back, provider):
    come_back()
    people().update(is_active=False)
    assert "Here you are nobody" in client.get("/").content.decode()
    assert come_back().status_code == 403
    assert "Here you are nobody" in client.get("/").content.decode()


def test_keys_are_fetched_once_and_again_when_a_new_one_signs(client, come_back, provider):
    def fetched():
        return [path for _, path, _ in provider.seen].count(JWKS)

    for _ in range(2):
        come_back()
        assert fetched() == 1
    provider.key, provider.header["kid"] = key_named("second"), "second"
    assert come_back().status_code == 302
    assert fetched() == 2


def test_the_back_channel_names_identity_and_takes_no_cookie_proxy_or_redirect(
    client, come_back, provider, settings, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    come_back()
    assert [path for _, path, _ in provider.seen] == [TOKEN, JWKS, USERINFO]
    for _, _, headers in provider.seen:
        assert headers["Host"] == settings.OIDC_OP_ISSUER.removeprefix("http://")
        assert "Cookie" not in headers


def test_the_verifier_fits_the_challenge_as_authlib_reckons(client, begin, provider):
    asked = begin()
    client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})
    verifier = provider.forms[0]["code_verifier"]
    assert create_s256_code_challenge(verifier) == asked["code_challenge"]
    assert 43 <= len(verifier) <= 128


@pytest.mark.parametrize("name", ["oidc_authentication_callback", "home"])
def test_the_code_is_traded_with_the_redirect_uri_that_it_was_asked_with(client, begin, provider, settings, name):
    settings.OIDC_AUTHENTICATION_CALLBACK_URL = name
    asked = begin()
    assert client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]}).status_code == 302
    assert provider.forms[0]["redirect_uri"] == asked["redirect_uri"]


@pytest.mark.parametrize("basic", [False, True])
def test_the_client_secret_goes_in_the_form_or_by_http_basic(client, come_back, provider, settings, basic):
    settings.OIDC_TOKEN_USE_BASIC_AUTH = basic
    settings.OIDC_RP_CLIENT_SECRET = "one:two three/€"
    assert come_back().status_code == 302
    form, header = provider.forms[0], provider.seen[0][2].get("Authorization")
    if basic:
        assert header == "Basic " + b64encode(b"site-a:one%3Atwo+three%2F%E2%82%AC").decode()
        assert "client_secret" not in form
    else:
        assert header is None
        assert (form["client_id"], form["client_secret"]) == ("site-a", settings.OIDC_RP_CLIENT_SECRET)


def test_the_back_channel_names_the_sign_in_it_serves_without_telling_its_state(client, begin, provider):
    state = begin()["state"]
    client.get("/oidc/callback/", {"code": "the-code", "state": state})
    journeys = {journey_in(headers["traceparent"]) for _, _, headers in provider.seen}
    assert journeys == {journey_of(state)}
    assert state not in str(provider.seen)


def test_signing_out_takes_a_post_and_deletes_the_row(client, come_back):
    come_back()
    assert client.get("/oidc/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    response = client.post("/oidc/logout/")
    assert response["Location"] == "/signed-out/"
    assert not Session.objects.exists()
