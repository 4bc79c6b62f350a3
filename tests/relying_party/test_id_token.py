"""Every ID Token that must not be believed, and those beside them that must."""

import json

import pytest
from authlib.oidc.core.util import create_half_hash
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.utils import base64url_encode

from lab.misbehaving.answers import JWKS, MISSING, from_now, without_missing
from lab.misbehaving.provider import ACCESS_TOKEN, jwk_of, key_named
from relying_party.backend import username_of
from relying_party.id_token import half_hash
from tests.page import text_of

pytestmark = pytest.mark.django_db

ISSUER = "http://identity.localhost:8000"
WRONG_CLAIMS = {
    "iss": ["http://evil.example", f"{ISSUER}/", ISSUER.upper(), f" {ISSUER}", "", 7, [ISSUER], {}, None, MISSING],
    "aud": [
        "site-b", ["site-b"], ["site-a", "site-b"], ["site-b", "site-a"], ["site-a", "site-a"], [], ["site-a", None],
        "SITE-A", "site-a ", "", 7, True, {"site-a": "site-a"}, [["site-a"]], None, MISSING,
    ],
    "azp": ["site-b", ["site-a"], "", 7, None],
    "exp": [
        0, 1, -1, -1e300, from_now(-40), "tomorrow", "99999999999", True, False, [], {}, None, MISSING,
        float("nan"), float("inf"), -float("inf"), -(10**400),
    ],
    "iat": [
        from_now(40), from_now(10**9), "yesterday", True, [], {}, None, MISSING,
        float("nan"), float("inf"), -float("inf"), 10**400,
    ],
    "nbf": [from_now(40), from_now(10**9), "0", True, [], None, float("nan"), -float("inf"), 10**400],
    "nonce": ["another", "", 7, True, [], {}, None, MISSING],
    "sub": ["", "s" * 256, 7, 7.0, True, ["7"], {"7": "7"}, None, MISSING],
    "at_hash": ["another", "", "=", 7, [], {}, None],
}  # fmt: skip


def shown(value: object) -> str:
    return "missing" if value is MISSING else "a time" if callable(value) else repr(value)[:20]


@pytest.mark.parametrize(
    ("claim", "value"), [(claim, value) for claim, values in WRONG_CLAIMS.items() for value in values], ids=shown
)
def test_a_wrong_claim_is_refused_by_name(come_back, refused, provider, claim, value):
    provider.claims[claim] = value
    refused(come_back(), 502, "token_refused", claim)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("aud", ["site-a"]),
        ("azp", "site-a"),
        ("exp", from_now(-20)),  # clocks may differ a little
        ("exp", 99999999999.5),
        ("exp", 10**400),
        ("iat", from_now(20)),
        ("iat", 0),
        ("iat", -(10**400)),
        ("nbf", from_now(20)),
        ("nbf", 0),
        ("at_hash", MISSING),
        ("auth_time", "not asked for"),
        ("acr", {"nobody": ["asked"]}),
    ],
    ids=shown,
)
def test_a_claim_that_may_be_so_is_no_hindrance(client, come_back, provider, claim, value):
    provider.claims[claim] = value
    assert come_back().status_code == 302
    assert "_auth_user_id" in client.session


TRUSTED = ("2212@proj", "2212")


@pytest.mark.parametrize("aud", [["site-a", *TRUSTED], [*TRUSTED, "site-a"], ["site-a", "2212"], "site-a"])
def test_a_token_for_others_too_is_accepted_if_the_setting_trusts_them(come_back, provider, settings, aud):
    settings.OIDC_TRUSTED_AUDIENCES = TRUSTED
    provider.claims |= {"aud": aud, "azp": "site-a"}
    assert come_back().status_code == 302


@pytest.mark.parametrize("aud", [["site-a", "2212", "site-b"], ["2212"], "2212", [*TRUSTED], ["site-a", ["2212"]]])
def test_and_only_for_these_and_this_site(come_back, refused, provider, settings, aud):
    settings.OIDC_TRUSTED_AUDIENCES = TRUSTED
    provider.claims["aud"] = aud
    refused(come_back(), 502, "token_refused", "aud")


@pytest.mark.parametrize(("leeway", "status"), [(0, 502), (80, 502), (100, 302)])
def test_how_far_two_clocks_may_differ_is_a_setting(come_back, provider, settings, leeway, status):
    settings.OIDC_LEEWAY = leeway
    provider.claims["iat"] = from_now(90)
    assert come_back().status_code == status


def test_an_encrypted_token_is_said_to_be_that(come_back, provider):
    provider.id_token = lambda *_: "eyJhbGciOiJSU0EtT0FFUCJ9.QUFB.QkJC.Q0ND.REREa"
    assert "it is encrypted (RFC 7516), and this site reads signed tokens only" in text_of(come_back())


def test_at_hash_is_what_authlib_reckons():
    assert half_hash(ACCESS_TOKEN) == create_half_hash(ACCESS_TOKEN, "RS256").decode()


@pytest.mark.parametrize("subject", ["s" * 255, " ", "\x00", "\ud800", "7\n", "../7", "<b>"])
def test_a_sub_is_any_text(client, come_back, provider, django_user_model, subject):
    provider.claims["sub"] = provider.userinfo["sub"] = subject
    assert come_back().status_code == 302
    assert django_user_model.objects.get().username == username_of(ISSUER, subject)


@pytest.mark.parametrize("at", [MISSING, None, "now", True, 0, from_now(-60 - 40), float("nan")])
def test_a_sign_in_longer_ago_than_was_asked_for_is_refused(come_back, refused, provider, settings, at):
    settings.OIDC_AUTH_REQUEST_EXTRA_PARAMS = {"max_age": 60}
    provider.claims["auth_time"] = at
    refused(come_back(), 502, "token_refused", "auth_time")


@pytest.mark.parametrize("at", [from_now(0), from_now(-60 - 20)])
def test_a_sign_in_as_recent_as_was_asked_for_is_not(client, come_back, provider, settings, at):
    settings.OIDC_AUTH_REQUEST_EXTRA_PARAMS = {"max_age": 60}
    provider.claims["auth_time"] = at
    assert come_back().status_code == 302


def test_of_a_claim_that_comes_twice_the_one_that_was_checked_is_the_one_that_counts(come_back, refused, provider):
    def id_token(code):
        claims = json.dumps(without_missing({"nonce": provider.nonce, **provider.claims}))
        return provider.signed(f'{claims[:-1]}, "sub": "8"}}'.encode())

    provider.id_token = id_token
    refused(come_back(), 502, "another_person")  # userinfo says "7", as does the first of the two


# Which header is it, and how is it signed?


def pem(provider) -> bytes:
    return provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize(
    "algorithm", ["none", "NONE", "nOnE", "", None, MISSING, 7, ["RS256"], {"RS256": 1}, "rs256", "RS256 "]
)
@pytest.mark.parametrize("signed_by", ["RS256", "none"])
def test_an_algorithm_is_the_agreed_one(come_back, refused, provider, algorithm, signed_by):
    provider.header["alg"] = algorithm
    as_signed = provider.signed
    provider.signed = lambda payload, _: as_signed(payload, signed_by)
    refused(come_back(), 502, "token_refused", "alg")


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("HS256", lambda provider, settings: settings.OIDC_RP_CLIENT_SECRET.encode()),
        ("HS256", lambda provider, settings: pem(provider)),  # the public key as a shared secret
        ("HS256", lambda provider, settings: json.dumps(provider.jwks()["keys"][0]).encode()),
        ("HS256", lambda provider, settings: b"\x00"),
        ("RS512", lambda provider, settings: provider.key),
        ("PS256", lambda provider, settings: provider.key),
        ("ES256", lambda provider, settings: ec.generate_private_key(ec.SECP256R1())),
    ],
)
@pytest.mark.parametrize(("says", "claim"), [("so", "alg"), ("RS256", "signature")])
def test_a_signature_of_another_algorithm_is_refused(
    come_back, refused, provider, settings, algorithm, key, says, claim
):
    provider.id_token = lambda *_: provider.signed(
        {"nonce": provider.nonce, **provider.claims},
        algorithm,
        key(provider, settings),
        alg=algorithm if says == "so" else says,
    )
    refused(come_back(), 502, "token_refused", claim)


@pytest.mark.parametrize(
    ("header", "claim"),
    [
        *[({"typ": typ}, "typ") for typ in ("logout+jwt", "at+jwt", "JWE", "", 7, [], None)],
        *[({"crit": crit}, "crit") for crit in (["exp"], ["b64"], ["kid", "alg"], [], "exp", {}, 7, None)],
        ({"crit": ["b64"], "b64": False}, "crit"),
        ({"b64": False}, "signature"),
        *[({"kid": kid}, "kid") for kid in ("unknown", "FIRST", "", "first ", "../first", "k" * 100_000, "\x00")],
        *[({"kid": kid}, "kid") for kid in ("\ud800", 7, ["first"], {"first": "first"}, True)],
        ({"kid": None}, "signature"),
    ],
)
def test_a_wrong_header_is_refused_by_name(come_back, refused, provider, header, claim):
    published = provider.jwks()
    provider.jwks = lambda: published
    provider.header |= header
    refused(come_back(), 502, "token_refused", claim)


@pytest.mark.parametrize("header", [{"typ": MISSING}, {"typ": "jwt"}, {"cty": "JWT"}, {"anything": [1, {}]}])
def test_a_header_may_be_so(client, come_back, provider, header):
    provider.header |= header
    assert come_back().status_code == 302


@pytest.fixture
def own_key():
    """What an attacker brings along, or points to: a key, and the fields of a header that try to do it."""
    key = key_named("the attacker's")
    return key, {
        "jwk": jwk_of(key, kid="first"),
        "jku": "http://identity.localhost:8000/evil.json",
        "x5u": "http://identity.localhost:8000/evil.pem",
        "x5c": ["MIIB"],
        "x5t": "AAAA",
    }


def test_a_key_that_the_token_brings_along_or_points_to_is_not_used(come_back, refused, provider, own_key):
    published, (provider.key, fields) = provider.jwks(), own_key
    provider.jwks = lambda: published
    provider.header |= fields
    refused(come_back(), 502, "token_refused", "signature")
    assert [path for _, path, _ in provider.seen if "evil" in path] == []


def test_such_fields_are_ignored_where_the_signature_is_right(client, come_back, provider, own_key):
    provider.header |= own_key[1]
    assert come_back().status_code == 302
    assert [path for _, path, _ in provider.seen if "evil" in path] == []


def part(token: str, number: int, new: str) -> str:
    return ".".join(new if at == number else old for at, old in enumerate(token.split(".")))


def encoded(some: bytes) -> str:
    return base64url_encode(some).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda token: part(token, 2, ""),
        lambda token: part(token, 2, "AAAA"),
        lambda token: part(token, 2, token.split(".")[2][::-1]),
        lambda token: token[:-8],
        lambda token: part(token, 1, encoded(b'{"sub": "1"}')),
        lambda token: part(token, 1, ""),
        lambda token: part(token, 0, ""),
        lambda token: part(token, 0, "!!!!"),
        lambda token: part(token, 0, encoded(b"[]")),
        lambda token: part(token, 0, encoded(b'"RS256"')),
        lambda token: part(token, 0, encoded(b"\xff\xfe")),
        lambda token: part(token, 0, encoded(b"[" * 20_000)),
        lambda token: part(token, 0, encoded(b'{"kid":' * 20_000)),
        lambda token: part(token, 0, encoded(b'{"a": ' + b"1" * 5000 + b"}")),
        lambda token: token.replace(".", "", 1),
        lambda token: token + ".",
        lambda token: f"{token}.{token}",
        lambda token: ".".join("abcde"),  # encrypted: five parts
        lambda token: f" {token}",
        lambda token: f"{token}\n",
        lambda token: token.replace(".", ".\n"),
        lambda token: "." * 100_000,
        lambda token: "A" * 200_000,
        lambda token: "",
        lambda token: "no token",
        lambda token: "\ud800.a.b",
        lambda token: f"{token}\ud800",
        lambda token: "é.é.é",
        lambda token: "\x00",
    ],
)
def test_what_is_not_a_token_with_its_signature_is_refused(come_back, refused, provider, change):
    whole = provider.id_token
    provider.id_token = lambda *_: change(whole())
    refused(come_back(), 502, "token_refused", "signature")


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"[]", b"3", b"null", b'"text"', b"{", b"\xff", b"{'sub': 7}", b'{"exp": ' + b"9" * 5000 + b"}",
        b"[" * 20_000, b'{"a":' * 20_000,
    ],
)  # fmt: skip
def test_what_is_signed_is_a_json_object(come_back, refused, provider, payload):
    provider.id_token = lambda *_: provider.signed(payload)
    refused(come_back(), 502, "token_refused", "signature")


@pytest.mark.parametrize("depth", [100, 700, 800, 850, 900, 950])
@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "sub", "nonce"])
def test_a_claim_nested_as_deep_as_python_reads_is_refused_like_any_other(come_back, refused, provider, depth, claim):
    nested = b'{"%s": ' % claim.encode() + b"[" * depth + b"]" * depth + b"}"
    whole = provider.signed
    provider.id_token = lambda *_: whole(nested)
    refused(come_back(), 502, "token_refused")


def test_a_token_for_another_site_is_refused(come_back, refused, provider):
    """The same provider, key and person; only made for site B."""
    provider.claims |= {"aud": "site-b", "azp": "site-b"}
    refused(come_back(), 502, "token_refused", "aud")


def test_a_token_of_an_earlier_sign_in_is_refused(client, come_back, refused, provider, people):
    whole, used = provider.id_token, []
    provider.id_token = lambda *_: used.append(whole()) or used[0]
    assert come_back().status_code == 302
    client.post("/oidc/logout/")
    refused(come_back(), 502, "token_refused", "nonce", people=people())


def test_a_token_signed_by_a_key_that_is_not_published_is_refused(come_back, refused, provider):
    published = provider.jwks()
    provider.key, provider.jwks = key_named("second"), lambda: published
    refused(come_back(), 502, "token_refused", "signature")
    assert provider.asked_for(JWKS) == 1
