"""A token: each usual fault is named, and a good one has none."""

import json
from base64 import urlsafe_b64encode

import pytest
from django.utils import timezone

from session_inspector.inspector.paste.kinds import read
from session_inspector.inspector.paste.token import LOGOUT_EVENT
from tests.session_inspector.inspector.paste.reading import meaning_of, said_in, statements, value_of
from tests.session_inspector.inspector.traffic import NOW

SECONDS = int(NOW.timestamp())
HEADER = {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
ID = {
    "iss": "https://op.example",
    "aud": "x",
    "sub": "5",
    "iat": SECONDS,
    "exp": SECONDS + 300,
    "nonce": "n-0S6_WzA2Mj",
}
LOGOUT = {
    "iss": "https://op.example", "aud": "x", "sub": "5", "iat": SECONDS, "exp": SECONDS + 120, "jti": "j1",
    "events": {LOGOUT_EVENT: {}},
}  # fmt: skip


def encoded(content):
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def token(claims=ID, header=HEADER, signature="c2lnbmF0dXJl", **changed):
    """A claim that is None is left out."""
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return f"{encoded(header)}.{encoded(claims)}.{signature}"


FAULTS = {
    "encrypted": (
        f"{encoded({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d",
        "The token has five parts: it is encrypted, and only who has the key can read it.",
    ),
    "cut": (token().rpartition(".")[0], "The token has 2 parts, not three."),
    "unreadable": (f"{encoded(HEADER)}.x.y", "The claims cannot be read: they are no JSON in base64url."),
    "none": (
        token(header={"alg": "none"}, signature=""),
        "alg is none: the token has no signature, and anybody can have written it.",
    ),
    "hs256": (
        token(header=HEADER | {"alg": "HS256"}),
        "alg is HS256: it is signed with a secret, and the published keys cannot check it.",
    ),
    "unsigned": (token(signature=""), "The signature is missing."),
    "logout": (
        token(LOGOUT, HEADER | {"typ": "logout+jwt"}),
        "This is a logout token: it ends sessions, and as an ID Token it must be refused.",
    ),
    "logout_by_its_event": (
        token(LOGOUT),
        "This is a logout token: it ends sessions, and as an ID Token it must be refused.",
    ),
    "no_event": (
        token(LOGOUT, HEADER | {"typ": "logout+jwt"}, events=None),
        "Its type is that of a logout token, and events names no logout: a site must refuse it.",
    ),
    "id_token_as_logout_token": (
        token(LOGOUT, nonce="n"),
        "A logout token with a nonce: a site must refuse it, since it could pass for an ID Token.",
    ),
    "nobody": (token(LOGOUT, sub=None), "Both sub and sid are missing: nobody can tell whose session ends."),
    "no_jti": (token(LOGOUT, jti=None), "jti is missing: Back-Channel Logout 1.0 (2.4) requires it."),
    "access": (
        token(header=HEADER | {"typ": "at+jwt"}),
        "This is an access token, and no ID Token: its typ says so.",
    ),
    "access_of_keycloak": (token(typ="Bearer"), "This is an access token, and no ID Token: its typ says so."),
    "expired": (
        token(exp=SECONDS - 3600),
        f"It expired 1 hour ago (3600 seconds, at {NOW.replace(hour=NOW.hour - 1):%Y-%m-%d %H:%M:%S} UTC).",
    ),
    "future": (
        token(iat=SECONDS + 90),
        "It was issued in the future, in 2 minutes (90 seconds): sites may refuse it.",
    ),
    "milliseconds": (token(iat=SECONDS * 1000), "iat is no number of seconds since 1970 (RFC 7519, 2)."),
    "text_as_time": (token(exp="tomorrow"), "exp is no number of seconds since 1970 (RFC 7519, 2)."),
    "missing": (token(sub=None, aud=None), "Missing, though the specification requires it: aud, sub."),
    "logout_for_ever": (token(LOGOUT, exp=None), "Missing, though the specification requires it: exp."),
    "audience": (
        token(aud=["x", "y"]),
        "aud names 2 clients and azp is missing: sites may refuse it (Core 1.0, 3.1.3.7).",
    ),
    "no_nonce": (token(nonce=None), "nonce is missing: a site that has sent one must refuse the token."),
    "slash": (
        token(iss="https://op.example/"),
        "iss ends with a slash: a site whose setting has none refuses the token, letter by letter.",
    ),
    "http": (
        token(iss="http://op.example"),
        "iss begins with http: an issuer is an address of https (OpenID Connect Core 1.0, 2).",
    ),
    "long_sub": (token(sub="s" * 256), "sub has more than 255 characters (OpenID Connect Core 1.0, 2)."),
    "opaque": ("2YotnFZFEjr1zCsicMWpAA", "This is one value without a form of its own: nothing can be read in it."),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    text, said = FAULTS[fault]
    assert said in statements(text)


@pytest.mark.parametrize(
    "text",
    [
        token(),
        token(iss="http://localhost:8000", iat=SECONDS + 4, auth_time=SECONDS),
        token(aud=["x", "y"], azp="x"),
    ],
)
def test_of_a_good_one_nothing_is_said(text):
    assert statements(text) == []


@pytest.mark.parametrize("written", ["{}", "Bearer {}", "Authorization: Bearer {}", "id_token={}", '"{}"', "{}\n"])
def test_a_token_is_found_in_what_stands_around_it(written):
    assert read(written.format(token())).kind == "an ID Token"


def test_of_the_answer_of_a_token_endpoint_the_id_token_is_read():
    answer = json.dumps({"access_token": "2YotnFZFEjr1zCsicMWpAA", "id_token": token(nonce=None)})
    assert read(answer).kind == "an ID Token"
    assert statements(answer) == ["nonce is missing: a site that has sent one must refuse the token."]


def test_a_token_that_was_broken_into_lines_is_put_together():
    text = token()
    assert read(f"{text[:40]}\n{text[40:90]}\r\n  {text[90:]}").findings == ()


def test_header_and_claims_are_explained_times_are_written_out_and_secrets_cut():
    reading = read(token())
    assert value_of(reading, "nonce") == "n-0…"
    assert meaning_of(reading, "aud") == "For whom: must be this client."
    assert value_of(reading, "iat") == f"{SECONDS}: {NOW:%Y-%m-%d %H:%M:%S} UTC"


def test_the_signature_is_not_checked_and_the_page_says_so():
    assert statements(token(signature="d3Jvbmc")) == []
    assert "The signature is not checked here" in said_in(read(token()))


def test_the_kind_is_named():
    assert read(token(LOGOUT)).kind == "a logout token"
    assert read(token(typ="Bearer")).kind == "an access token"
    assert read(f"{encoded(HEADER)}.x.y").kind == "a token that cannot be read"
    assert read("2YotnFZFEjr1zCsicMWpAA").kind == "a value that says nothing by itself"


@pytest.mark.parametrize("kind", ["Refresh", "Offline"])
def test_a_refresh_token_of_keycloak_is_no_id_token(kind):
    reading = read(token({"typ": kind, "sub": "5", "iss": "https://op.example"}, {"alg": "HS512"}))
    assert reading.kind == "a refresh token"
    assert reading.findings == ()
