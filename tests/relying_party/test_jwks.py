"""Which of the provider's keys are used, and for how long they are kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings
from django.core.cache import cache, caches
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from lab.misbehaving.answers import JWKS, MISSING, without_missing
from lab.misbehaving.provider import ACCESS_TOKEN, jwk_of, key_named
from relying_party import jwks
from relying_party.id_token import half_hash
from tests.page import text_of
from tests.relying_party.conftest import reason_shown

pytestmark = pytest.mark.django_db


def right(**changes) -> dict:
    return without_missing({**jwk_of(key_named("first"), kid="first"), **changes})


def other(**changes) -> dict:
    return without_missing({**jwk_of(key_named("second"), kid="second"), **changes})


def elliptic() -> dict:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**ECAlgorithm.to_jwk(key, as_dict=True), "kid": "first"}


def edwards() -> dict:
    return {**OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate().public_key(), as_dict=True), "kid": "first"}


REFUSED = {
    "none": [],
    "another": [other()],
    "another under this id": [other(kid="first")],
    "two of one id": [right(), other(kid="first")],
    "one twice": [right(), right()],
    "for encryption": [right(use="enc")],
    "of an odd use": [right(use=["sig"])],
    "of another algorithm": [right(alg="RS512")],
    "of PSS": [right(alg="PS256")],
    "an id in another case": [right(kid="FIRST")],
    "an id that is no text": [right(kid=["first"])],
    "without an id beside another": [right(kid=MISSING), other()],
    "for other operations": [right(key_ops=["encrypt"])],
    "of odd operations": [right(key_ops="verify")],
    "a certificate alone": [right(n=MISSING, e=MISSING, x5c=["MIIB"])],
    "an elliptic one": [elliptic()],
    "an Edwards one": [edwards()],
    "a shared secret": [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}],
    "of no type": [right(kty=MISSING)],
    "of an odd type": [right(kty=["RSA"])],
    "of a type that is half a character": [right(kty="\ud800")],
    "without a modulus": [right(n=MISSING)],
    "without an exponent": [right(e=MISSING)],
    "a modulus that is a number": [right(n=65537)],
    "a modulus that is nothing": [right(n="")],
    "a modulus of nonsense": [right(n="!!!!")],
    "a modulus of half a character": [right(n="\ud800")],
    "a modulus of a million bits": [right(n="_" * 170_000)],
    "an exponent of one": [right(e="AQ")],
    "an even exponent": [right(e="Ag")],
    "an exponent as large as the modulus": [right(e=right()["n"])],
    "a private key that is none": [right(d="AQAB")],
    "half a private key": [right(d="AQAB", p="AQAB")],
    "only what is no key": [None, 7, "key", [], ["kid", "first"]],
}


@pytest.mark.parametrize("keys", REFUSED)
def test_a_key_that_is_not_the_right_one_verifies_nothing(come_back, refused, provider, keys):
    provider.jwks = lambda: {"keys": REFUSED[keys]}
    is_whole = keys in ("another under this id", "a modulus of a million bits")
    refused(come_back(), 502, "token_refused", "signature" if is_whole else "kid")


@pytest.mark.parametrize("answer", [{}, {"keys": None}, {"keys": {}}, {"keys": "first"}, {"keys": 3}, right()])
def test_what_is_no_set_of_keys_holds_none(come_back, refused, provider, answer):
    provider.jwks = lambda: answer
    refused(come_back(), 502, "token_refused", "kid")


@pytest.mark.parametrize("body", ["", "[]", "null", "<html>", "[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_refused(come_back, refused, provider, body):
    provider.answers[JWKS] = (200, body, "application/json")
    refused(come_back(), 502, "unreadable")


@pytest.mark.parametrize("depth", [700, 800, 900, 950])
def test_keys_nested_as_deep_as_python_reads_are_kept_like_any_other(come_back, refused, provider, depth):
    provider.answers[JWKS] = (200, '{"keys": [{"kid":' + "[" * depth + "]" * depth + "}]}", "application/json")
    response = come_back()
    refused(response, 502, reason_shown(response))
    assert reason_shown(response) in ("unreadable", "token_refused")


ACCEPTED = {
    "no use and no algorithm": [right(use=MISSING, alg=MISSING)],
    "among others": [None, elliptic() | {"kid": "ec"}, other(), right(), {"kty": "oct", "k": "AA", "kid": "oct"}],
    "beside one for encryption": [right(), other(kid="first", use="enc")],
    "beside one of another algorithm": [right(), other(kid="first", alg="RS512")],
    "without an id": [right(kid=MISSING)],
    "without an id beside one that does not sign": [right(kid=MISSING), elliptic() | {"kid": "ec"}],
    "beside an elliptic one of its id": [elliptic(), right(alg=MISSING)],
    "beside an Edwards one of its id": [edwards(), right(use=MISSING)],
    "beside one of its id for encryption": [other(kid="first", use=MISSING, key_ops=["encrypt", "wrapKey"]), right()],
    "certificates, of which nobody takes notice": [right(x5c=["MIIB"], x5u="http://evil.example/")],
}


@pytest.mark.parametrize("keys", ACCEPTED)
def test_the_right_key_is_found(come_back, provider, keys):
    provider.jwks = lambda: {"keys": ACCEPTED[keys]}
    assert come_back().status_code == 302


@pytest.mark.parametrize(
    "keys",
    [
        [right()],
        [right(kid=MISSING)],
        [right(), other(use="enc")],
        [other(use=MISSING, key_ops=["encrypt", "wrapKey"]), right(use=MISSING, key_ops=["verify"])],
        [elliptic(), right()],
    ],
)
def test_without_a_key_id_the_only_key_is_meant(come_back, provider, keys):
    provider.header["kid"] = MISSING
    provider.jwks = lambda: {"keys": keys}
    assert come_back().status_code == 302


def test_without_a_key_id_two_keys_are_too_many(come_back, refused, provider):
    provider.header["kid"] = MISSING
    provider.jwks = lambda: {"keys": [right(), other()]}
    refused(come_back(), 502, "token_refused", "kid")


def test_a_key_of_1024_bits_is_too_short(come_back, refused, provider):
    provider.key = key_named("short", bits=1024)
    refused(come_back(), 502, "token_refused", "kid")


def test_a_private_key_that_identity_publishes_is_not_used(come_back, refused, provider):
    """Whoever can read it signs as the provider."""
    provider.jwks = lambda: {
        "keys": [{**RSAAlgorithm.to_jwk(provider.key, as_dict=True), "kid": "first", "use": "sig", "alg": "RS256"}]
    }
    refused(come_back(), 502, "token_refused", "kid")


# How long they are kept


@pytest.mark.parametrize(
    ("cache_control", "fetched"),
    [
        (None, 1), ("", 1), ("max-age=60", 1), ("public, max-age=60", 1), ("nonsense", 1),
        ("no-store", 3), ("no-cache", 3), ("max-age=0", 3), ("max-age=60, no-store", 3), ("NO-STORE", 3),
    ],
)  # fmt: skip
def test_keys_are_kept_as_long_as_the_answer_allows(come_back, provider, cache_control, fetched):
    if cache_control is not None:
        provider.headers[JWKS] = {"Cache-Control": cache_control}
    for _ in range(3):
        assert come_back().status_code == 302
    assert provider.asked_for(JWKS) == fetched


def test_and_no_longer(come_back, provider):
    provider.headers[JWKS] = {"Cache-Control": "max-age=1"}
    come_back()
    time.sleep(1.1)
    come_back()
    assert provider.asked_for(JWKS) == 2


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("max-age=7", 7), ("MAX-AGE=7", 7), ('max-age="7"', 7), ("s-maxage=9, max-age=7", 7), ("max-age=7,public", 7),
        ("max-age=9999999999", jwks.MAX_LIFETIME),
        ("max-age=86401", jwks.MAX_LIFETIME),
        ("max-age", jwks.DEFAULT_LIFETIME), ("max-age=", jwks.DEFAULT_LIFETIME), ("max-age=x", jwks.DEFAULT_LIFETIME),
        ("s-maxage=9", jwks.DEFAULT_LIFETIME),
        ("max-age=" + "9" * 5000, jwks.DEFAULT_LIFETIME), ("immutable", jwks.DEFAULT_LIFETIME),
        ("max-age=7, no-cache", 0), ("no-store", 0), ("private, No-Store", 0),
    ],
)  # fmt: skip
def test_how_long_that_is(cache_control, seconds):
    assert jwks.lifetime_of(cache_control) == seconds


def test_they_are_kept_in_the_default_cache(come_back, provider):
    come_back()
    come_back()
    assert provider.asked_for(JWKS) == 1
    caches["default"].clear()
    come_back()
    assert provider.asked_for(JWKS) == 2


def test_a_new_key_is_fetched_when_it_signs(come_back, provider):
    come_back()
    provider.key, provider.header["kid"] = key_named("second"), "second"
    assert come_back().status_code == 302
    assert provider.asked_for(JWKS) == 2


def test_whoever_invents_key_ids_does_not_make_us_ask_each_time(come_back, refused, provider):
    published = provider.jwks()
    provider.jwks = lambda: published
    for number in range(5):
        provider.header["kid"] = f"invented-{number}"
        refused(come_back(), 502, "token_refused", "kid")
    assert provider.asked_for(JWKS) == 1
    provider.header["kid"] = "first"
    assert come_back().status_code == 302
    assert provider.asked_for(JWKS) == 1


def published_later(provider, name: str, **more) -> None:
    """The provider has another key under the name of the first, or under none, and signs with it."""
    provider.key, provider.header["kid"] = key_named(name), more.get("kid", "first")
    provider.jwks = lambda: {"keys": [without_missing({**jwk_of(key_named(name)), "kid": "first", **more})]}


@pytest.mark.parametrize("more", [{}, {"kid": MISSING}])
def test_another_key_under_the_same_name_or_without_one_is_fetched_when_it_signs(come_back, provider, more):
    published_later(provider, "first", **more)
    assert come_back().status_code == 302
    published_later(provider, "second", **more)
    assert come_back().status_code == 302
    assert provider.asked_for(JWKS) == 2


def test_a_key_that_has_no_name_any_more_is_found(come_back, provider):
    come_back()
    provider.jwks = lambda: {"keys": [without_missing({**jwk_of(key_named("second")), "kid": MISSING})]}
    provider.key = key_named("second")
    assert come_back().status_code == 302


def test_one_more_look_that_finds_the_key_gone_refuses_the_signature(come_back, provider):
    come_back()
    provider.key, provider.jwks = key_named("second"), lambda: {"keys": [other(), right(kid="another")]}
    response = come_back()
    assert response.status_code == 502
    assert "no key &#x27;first&#x27; any more" in response.content.decode()


def test_whoever_invents_signatures_makes_us_ask_once_in_half_a_minute(come_back, provider):
    come_back()
    published, provider.key = provider.jwks(), key_named("second")
    provider.jwks = lambda: published
    for _ in range(5):
        assert come_back().status_code == 502
    assert provider.asked_for(JWKS) == 2
    cache.delete(f"{settings.OIDC_OP_JWKS_ENDPOINT}#pause")  # as after half a minute
    assert come_back().status_code == 502
    assert provider.asked_for(JWKS) == 3


def test_meanwhile_the_page_says_how_old_the_keys_are(come_back, provider):
    come_back()
    published, provider.key = provider.jwks(), key_named("second")
    provider.jwks = lambda: published
    come_back()
    keys = cache.get(settings.OIDC_OP_JWKS_ENDPOINT)
    cache.set(settings.OIDC_OP_JWKS_ENDPOINT, replace(keys, at=keys.at - 20))
    page = text_of(come_back())
    assert "it was not made with the key 'first' of the 1 keys that it published 20 seconds ago" in page


# Other algorithms


SIGNERS = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "PS256": lambda: key_named("first"),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
WRITERS = {"ES256": ECAlgorithm, "PS256": RSAAlgorithm, "EdDSA": OKPAlgorithm}


@pytest.fixture
def signing_by(provider):
    """The provider signs by that algorithm, and publishes the key without its algorithm."""

    def signing_by(algorithm):
        provider.key, provider.header["alg"] = SIGNERS[algorithm](), algorithm
        jwk = WRITERS[algorithm].to_jwk(provider.key.public_key(), as_dict=True)
        provider.jwks = lambda: {"keys": [{**jwk, "kid": "first"}, other()]}
        provider.claims["at_hash"] = half_hash(ACCESS_TOKEN)
        provider.id_token = lambda *_: provider.signed({"nonce": provider.nonce, **provider.claims}, algorithm)

    return signing_by


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_an_algorithm_that_the_setting_agrees_to_signs_in(come_back, signing_by, settings, algorithm):
    settings.OIDC_RP_SIGN_ALGO = algorithm
    signing_by(algorithm)
    assert come_back().status_code == 302


@pytest.mark.parametrize("agreed", [*SIGNERS, "RS256"])
@pytest.mark.parametrize("algorithm", SIGNERS)
def test_and_no_other(come_back, refused, signing_by, settings, algorithm, agreed):
    settings.OIDC_RP_SIGN_ALGO = agreed
    signing_by(algorithm)
    if algorithm != agreed:
        refused(come_back(), 502, "token_refused", "alg")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"n": MISSING, "e": MISSING, "x5c": ["MIIB"]}, "no n and no e"), ({"e": MISSING}, "no e")],
)
def test_what_a_key_lacks_is_said(come_back, provider, changes, missing):
    provider.jwks = lambda: {"keys": [right(**changes)]}
    assert f"the provider's key has {missing} (Discovery" in text_of(come_back())


def test_nor_does_a_fetch_that_failed_keep_a_new_key_out(come_back, provider):
    come_back()
    provider.key, provider.header["kid"] = key_named("second"), "second"
    provider.answers[JWKS] = (500, "<h1>oops</h1>", "text/html")
    assert reason_shown(come_back()) == "failed"
    del provider.answers[JWKS]
    assert reason_shown(come_back()) == ""


def test_many_sign_ins_at_a_rotation_ask_once_and_none_is_refused(provider, settings):
    cache.set(settings.OIDC_OP_JWKS_ENDPOINT, jwks.Keys(jwks.public_keys(provider.jwks()["keys"]), 0))
    provider.key, provider.header["kid"] = key_named("second"), "second"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda kid: jwks.key_in(jwks.keys_for(kid), kid), ["second"] * 8))
    assert {key.key_id for key in found} == {"second"}
    assert provider.asked_for(JWKS) == 1


def test_asked_again_after_a_while(come_back, provider, monkeypatch):
    monkeypatch.setattr(jwks, "PAUSE", 0.2)
    published = provider.jwks()
    provider.jwks, provider.header["kid"] = (lambda: published), "unknown"
    for _ in range(3):
        come_back()
        time.sleep(0.3)
    assert provider.asked_for(JWKS) == 3


def test_an_answer_that_failed_is_not_kept(come_back, refused, provider):
    provider.answers[JWKS] = (500, "<h1>oops</h1>", "text/html")
    refused(come_back(), 502, "failed")
    del provider.answers[JWKS]
    assert come_back().status_code == 302
