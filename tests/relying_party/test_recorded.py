"""A sign-in as the journal keeps it: recognisable, and without a secret."""

import json

import pytest

from lab.misbehaving.answers import TOKEN
from relying_party.id_token import half_hash
from session_inspector.journal.schema import Masked
from tests.recorded import content_of, recorded
from trace_context import journey_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]

ACCESS_TOKEN, REFRESH_TOKEN = "4cc3ssT0kenOfThisVeryTest", "r3freshT0kenOfThisVeryTest"


@pytest.fixture
def tokens(provider):
    """What Identity answers; made when it answers, since the nonce is in it."""
    provider.claims["at_hash"] = half_hash(ACCESS_TOKEN)
    made = {}

    def answer(path, form):
        if path != TOKEN:
            return type(provider).answer(provider, path, form)
        made["id_token"] = provider.id_token()
        body = {"token_type": "Bearer", "access_token": ACCESS_TOKEN, "refresh_token": REFRESH_TOKEN, **made}
        return 200, json.dumps(body), "application/json"

    provider.answer = answer
    return made


def exchanges():
    return [entry.exchange for entry in recorded() if entry.is_exchange]


def test_no_token_code_state_or_secret_is_kept(client, begin, tokens, settings):
    settings.OIDC_STORE_ID_TOKEN = settings.OIDC_STORE_ACCESS_TOKEN = True  # so that the session row holds them too
    asked = begin()
    code = "c0deOfThisVeryTestAndNoOther"
    client.get("/oidc/callback/", {"code": code, "state": asked["state"]})
    client.get("/")
    assert client.session["oidc_id_token"] == tokens["id_token"]
    kept = json.dumps([[content_of(entry), entry.journey] for entry in recorded()])
    assert "/identity/o/api/token" in kept
    assert "oidc_id_token" in kept
    header, claims, signature = tokens["id_token"].split(".")
    for secret in (
        ACCESS_TOKEN, REFRESH_TOKEN, tokens["id_token"], claims, signature, code, asked["state"], asked["nonce"],
        asked["code_challenge"], client.session.session_key, settings.OIDC_RP_CLIENT_SECRET,
        client.session["_auth_user_hash"], client.cookies["site_a_csrftoken"].value,
    ):  # fmt: skip
        assert secret not in kept
    assert header not in kept


def test_the_calls_are_recorded_with_their_outcome(client, begin, tokens, provider):
    provider.answers["/.well-known/jwks.json"] = (500, "<h1>oops</h1>", "text/html")
    client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
    calls = [entry.call for entry in recorded() if entry.is_call]
    assert [(call.method, call.path, call.status) for call in calls] == [
        ("POST", "/identity/o/api/token", 200),
        ("GET", "/.well-known/jwks.json", 500),
    ]
    assert calls[1].answer is None


def test_a_call_that_nobody_answers_is_recorded_too(client, begin, provider):
    state = begin()["state"]
    provider.close()
    client.get("/oidc/callback/", {"code": "c", "state": state})
    call = next(entry.call for entry in recorded() if entry.is_call)
    assert call.status is None


def test_a_sign_in_that_fails_is_recorded_with_what_it_left_in_the_session(client, begin, provider):
    provider.answers[TOKEN] = (500, "<h1>oops</h1>", "text/html")
    client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
    callback = next(one for one in exchanges() if one.path == "/oidc/callback/")
    assert callback.status == 502
    assert len(callback.before.data["oidc_states"]) == 1
    assert callback.after.data["oidc_states"] == {}


def test_what_was_checked_of_the_id_token_is_recorded_where_it_was_checked(client, begin, tokens):
    client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
    (checked,) = [one for one in exchanges() if one.id_token]
    assert checked.path == "/oidc/callback/"
    assert checked.id_token.passed == (
        "alg", "typ", "crit", "kid", "signature",
        "iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub", "at_hash",
    )  # fmt: skip
    assert checked.id_token.refused == ""
    assert checked.id_token.claims["aud"] == "site-a"
    assert isinstance(checked.id_token.claims["nonce"], Masked)


def test_of_a_refused_id_token_is_recorded_what_it_was_refused_for(client, begin, provider):
    provider.claims["aud"] = "another"
    client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
    (checked,) = [one.id_token for one in exchanges() if one.id_token]
    assert (checked.passed, checked.failed) == (
        ("alg", "typ", "crit", "kid", "signature", "iss"),
        "aud",
    )
    assert checked.refused == "The ID Token was refused because of its “aud”."


def test_why_a_sign_in_failed_is_recorded_where_it_did(client, begin, provider):
    provider.answers[TOKEN] = (400, '{"error": "invalid_grant"}', "application/json")
    client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
    (failed,) = [one.failed for one in exchanges() if one.failed]
    assert failed.what == "the provider does not accept the code any more"
    assert failed.detail == "/identity/o/api/token: 400 invalid_grant"


def test_what_the_tokens_header_said_is_recorded(client, come_back):
    come_back()
    (checked,) = [one.id_token for one in exchanges() if one.id_token]
    assert checked.header == {"alg": "RS256", "typ": "JWT", "kid": "first"}


def test_an_answer_without_a_session_is_part_of_the_sign_in_that_it_names_if_that_has_begun(client, begin, new_client):
    state = begin()["state"]
    for said in (state, "invented"):
        new_client().get("/oidc/callback/", {"code": "c", "state": said})
    begun, first, second = recorded()
    assert first.journey == begun.journey == journey_of(state)
    assert first.visitor == begun.visitor
    assert (second.journey, second.visitor) == ("", "")
