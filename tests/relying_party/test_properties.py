"""What holds for any query and any answer, also for those that nobody thought of."""

import json
import math
import time
from contextlib import suppress
from urllib.parse import quote

import jwt
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lab.misbehaving.answers import JWKS, TOKEN, USERINFO
from lab.misbehaving.provider import jwk_of, key_named
from relying_party import jwks, signature
from relying_party.failures import FAILURES, SignInFailed
from tests.foreign_texts import LATIN, NUMBERS, stays_at
from tests.relying_party.conftest import assert_refused, noted_by, reason_shown

pytestmark = pytest.mark.django_db

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["\ud800", "\x00", "<script>", "site-a", "7", "Bearer", "RS256", "first"]
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(["code", "state", "error", "error_description", "iss", "session_state", "next"])
QUERIES = st.lists(st.tuples(NAMES | TEXTS, TEXTS | st.text(max_size=300)), max_size=6).map(
    lambda pairs: "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
) | st.binary(max_size=100).map(quote)


def encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


@pytest.fixture(autouse=True)
def watched(recording, caplog):
    """The recorder sees all of it, too, and must not fall over it."""
    yield
    assert "The recorder failed" not in caplog.text


@pytest.fixture
def sign_in(new_client, provider):
    """A whole sign-in of a browser of its own, which has to fail."""

    def sign_in():
        client = new_client()
        cache.clear()
        asked = noted_by(provider, client.get("/oidc/authenticate/"))
        return client, provider, client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})

    return sign_in


def assert_nobody_is_in(client, provider, response, claim: str = "") -> None:
    reason = reason_shown(response)
    assert_refused(client, provider, response, FAILURES[reason][0], reason, claim)


@given(query=QUERIES)
def test_no_query_of_a_stranger_leaves_anything(new_client, provider, query):
    client = new_client()
    response = client.get(f"/oidc/callback/?{query}")
    assert (response.status_code, reason_shown(response)) == (400, "no_session_came_back")
    assert not response.cookies
    assert not Session.objects.exists()
    assert not provider.seen


@given(query=QUERIES)
def test_no_query_without_the_state_touches_a_session(new_client, provider, query):
    client = new_client()
    client.get("/oidc/authenticate/")
    before = dict(client.session)
    response = client.get(f"/oidc/callback/?{query}")
    assert (response.status_code, reason_shown(response)) == (400, "unknown_state")
    assert not response.cookies
    assert dict(client.session) == before
    assert not provider.seen


@given(query=QUERIES)
def test_nor_signs_anybody_out(client, come_back, provider, query):
    if "_auth_user_id" not in client.session:
        come_back()
    before, asked = dict(client.session), len(provider.seen)
    response = client.get(f"/oidc/callback/?{query}")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert dict(client.session) == before
    assert len(provider.seen) == asked


@given(query=QUERIES)
def test_a_query_with_the_state_and_no_good_code_signs_nobody_in(new_client, provider, query):
    provider.answers[TOKEN] = (400, '{"error": "invalid_grant"}', "application/json")
    client = new_client()
    asked = noted_by(provider, client.get("/oidc/authenticate/"))
    assert_nobody_is_in(client, provider, client.get(f"/oidc/callback/?{query}&state={asked['state']}"))


@given(path=st.sampled_from([TOKEN, JWKS, USERINFO]), status=st.integers(200, 599), body=st.binary(max_size=200))
def test_no_bytes_sign_anybody_in(sign_in, provider, path, status, body):
    provider.answers = {path: (status, body, "application/json")}
    assert_nobody_is_in(*sign_in())


@given(path=st.sampled_from([TOKEN, JWKS, USERINFO]), answer=JSON)
def test_no_json_signs_anybody_in(sign_in, provider, path, answer):
    provider.answers = {path: (200, json.dumps(answer), "application/json")}
    assert_nobody_is_in(*sign_in())


@given(member=st.sampled_from(["token_type", "access_token", "id_token"]), value=JSON)
def test_no_other_member_of_a_token_answer_does(sign_in, provider, member, value):
    tokens = type(provider).tokens
    provider.tokens = lambda *_: tokens(provider) | {member: value}
    assume(not (member == "token_type" and str(value).lower() == "bearer"))
    assert_nobody_is_in(*sign_in())


@given(claim=st.sampled_from(["iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub", "at_hash"]), value=JSON)
def test_no_other_value_of_a_claim_does(sign_in, provider, claim, value):
    assume(not may_be(claim, value))
    right = dict(provider.claims)
    provider.claims[claim] = value
    try:
        assert_nobody_is_in(*sign_in(), claim)
    finally:
        provider.claims = right


def may_be(claim: str, value: object) -> bool:
    """Whether a value that hypothesis came upon is a right one."""
    now, is_number = time.time(), isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "aud": value in ("site-a", ["site-a"]),
        "azp": value == "site-a",
        "exp": is_number and now - 60 < value < math.inf,
        "iat": is_number and -math.inf < value < now + 60,
        "nbf": is_number and -math.inf < value < now + 60,
        "sub": isinstance(value, str) and value != "",
    }.get(claim, False)


@given(header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c"]) | TEXTS, JSON))
def test_no_header_makes_a_wrong_signature_right(sign_in, provider, header):
    provider.jwks = lambda: {"keys": [jwk_of(key_named("second"), kid="first")]}
    provider.header = {"typ": "JWT", "alg": "RS256", "kid": "first", **header}
    assert_nobody_is_in(*sign_in())


@given(
    members=st.dictionaries(st.sampled_from(["kty", "n", "e", "use", "alg", "kid", "d", "crv", "x5c"]) | TEXTS, JSON)
)
def test_no_members_of_a_key_raise(sign_in, provider, members):
    provider.jwks = lambda: {"keys": [{**jwk_of(key_named("second"), kid="first"), **members}, members]}
    assert_nobody_is_in(*sign_in())


# The readers themselves, which are quick enough for many more


often = settings(max_examples=100)
KEY_PARTS = st.sampled_from(["RSA", "EC", "OKP", "oct", "AQAB", "P-256"])


@often
@given(token=TEXTS | LATIN | st.text("eyJ.{}\"'=-_", max_size=80))
@example(token=f"{jwt.utils.base64url_encode(b'[' * 100_000).decode()}.e30.x")
def test_a_token_has_a_header_or_is_refused(token):
    with suppress(SignInFailed):
        assert isinstance(signature.header_of(token), dict)


@often
@given(keys=JSON | st.lists(st.dictionaries(st.sampled_from([*jwks.MEMBERS, "d"]), JSON | KEY_PARTS)))
def test_keys_of_a_provider_are_usable_or_refused(keys):
    for key in jwks.public_keys(keys):
        assert "d" not in key
        assert all(isinstance(value, str) for value in key.values())
        with suppress(SignInFailed):
            jwks.usable(key)


@often
@given(said=TEXTS | st.integers(0, 10**12).map("max-age={}".format) | st.text('max-age="0123456789, ', max_size=40))
def test_keys_are_kept_a_day_at_most(said):
    assert 0 <= jwks.lifetime_of(said) <= jwks.MAX_LIFETIME


@given(target=LATIN | st.text("/\\:@?#.\t\r\nhtpsevil", max_size=20))
@example(target="//evil.example/")
@example(target="/\\evil.example/")
@example(target="http:///evil.example/")
def test_a_sign_in_leads_back_to_a_page_of_the_site_and_nowhere_else(new_client, provider, settings, target):
    client = new_client()
    cache.clear()
    noted = noted_by(provider, client.get("/oidc/authenticate/", {"next": target}))
    ended = client.get("/oidc/callback/", {"code": "c", "state": noted["state"]})
    assert ended.status_code == 302
    assert stays_at(settings.SERVER.origin, ended["Location"])
