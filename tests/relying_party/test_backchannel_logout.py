"""Every logout token that must be refused, and those like them that must be processed."""

import io
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import RSAKey
from jwt.algorithms import get_default_algorithms
from jwt.utils import base64url_encode

from lab.misbehaving.answers import JWKS, MISSING, from_now, without_missing
from lab.misbehaving.provider import jwk_of, key_named
from lab.servers import SITE_A
from relying_party import session_index
from relying_party.backchannel_logout import EVENT, FORM, MAX_BYTES
from relying_party.models import KnownSession, LogoutToken
from tests.relying_party.conftest import ADDRESS, claims_of, is_signed_in
from tests.relying_party.test_properties import JSON, TEXTS

pytestmark = pytest.mark.django_db

DAY = 24 * 60 * 60
ISSUER = "http://identity.localhost:8000"
WRONG_CLAIMS = {
    "iss": ["http://evil.example", f"{ISSUER}/", "", 7, [ISSUER], None, MISSING],
    "aud": ["site-b", ["site-b"], ["site-a", "site-b"], [], "", 7, None, MISSING],
    "iat": [from_now(40), from_now(10**9), "yesterday", True, None, MISSING, float("nan"), 10**400],
    "nbf": [from_now(40), "0", None],
    "exp": [0, from_now(-40), "tomorrow", True, None, MISSING, from_now(31 * DAY), 10**400, float("inf")],
    "events": [
        MISSING, None, {}, [], EVENT, [EVENT], {EVENT: None}, {EVENT: True}, {EVENT: []}, {EVENT.upper(): {}},
        {"http://schemas.openid.net/event/frontchannel-logout": {}},
    ],
    "sid": ["", 7, None, ["the-sid"], {}, True],
    "sub": ["", 7, None, ["7"], {}, True],
    "nonce": ["n", "", None, 7],
    "jti": [MISSING, None, "", 7, [], {}],
}  # fmt: skip


def shown(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}={shown(inner)}" for name, inner in value.items())
    return "missing" if value is MISSING else "a time" if callable(value) else repr(value)[:30]


def assert_refused(response, claim: str) -> None:
    """With the reason, by name; and nothing came of it."""
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/json"), response.content
    answer = response.json()
    assert answer["error"] == "invalid_request"
    assert answer["error_description"].startswith(f"{claim}: "), answer
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert not LogoutToken.objects.exists()


def assert_processed(response) -> None:
    assert (response.status_code, response.content) == (200, b""), response.content
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_a_logout_token_ends_the_session_and_leaves_no_way_to_it(signed_in, tell, logout_token):
    assert_processed(tell(logout_token()))
    assert not is_signed_in(signed_in)
    assert not KnownSession.objects.exists()


@pytest.mark.parametrize(
    ("claim", "value"), [(claim, value) for claim, values in WRONG_CLAIMS.items() for value in values], ids=shown
)
def test_a_wrong_claim_is_refused_by_name(signed_in, tell, logout_token, claim, value):
    assert_refused(tell(logout_token(**{claim: value})), claim)
    assert is_signed_in(signed_in)


def test_one_that_names_nobody_is_refused(signed_in, tell, logout_token):
    assert_refused(tell(logout_token(sid=MISSING, sub=MISSING)), "sid")
    assert is_signed_in(signed_in)


@pytest.mark.parametrize(
    ("header", "check"),
    [
        *[
            ({"typ": typ}, "typ")
            for typ in (
                "at+jwt",
                "application/at+jwt",
                "AT+JWT",
                "dpop+jwt",
                "x/logout+jwt",
                "+jwt",
                7,
                None,
                ["logout+jwt"],
            )
        ],
        *[({"alg": alg}, "alg") for alg in ("none", "None", "HS256", "ES256", "", 7, None, MISSING)],
        *[({"kid": kid}, "kid") for kid in ("second", "", 7, ["first"])],
        ({"crit": ["exp"]}, "crit"),
    ],
    ids=shown,
)
def test_a_wrong_header_is_refused_by_name(signed_in, tell, logout_token, header, check):
    assert_refused(tell(logout_token(header)), check)
    assert is_signed_in(signed_in)


@pytest.mark.parametrize(
    "typ", ["logout+jwt", "LOGOUT+JWT", "application/logout+jwt", MISSING, "JWT", "jwt", "secevent+jwt", "logout", ""]
)
def test_the_type_of_a_logout_token_may_be_written_so(signed_in, tell, logout_token, typ):
    assert_processed(tell(logout_token({"typ": typ})))


@pytest.mark.parametrize("more", [{}, {"jwk": jwk_of(key_named("forger"))}, {"jku": "http://evil.example/jwks.json"}])
def test_a_forged_one_is_refused_whatever_key_it_brings(signed_in, tell, provider, more):
    forged = provider.signed(claims_of(provider), key=key_named("forger"), typ="logout+jwt", **more)
    assert_refused(tell(forged), "signature")
    assert is_signed_in(signed_in)


def test_one_signed_with_the_public_key_as_a_password_is_refused(signed_in, tell, provider):
    pem = provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert_refused(tell(provider.signed(claims_of(provider), "HS256", pem, typ="logout+jwt", alg="HS256")), "alg")
    assert is_signed_in(signed_in)


def test_a_signature_of_other_claims_is_refused(signed_in, tell, logout_token):
    (header, _, signature), (_, claims, _) = (logout_token(sub=sub).split(".") for sub in ("8", "7"))
    assert_refused(tell(f"{header}.{claims}.{signature}"), "signature")
    assert is_signed_in(signed_in)


def test_an_id_token_is_no_logout_token(signed_in, tell, provider):
    assert_refused(tell(provider.id_token()), "events")
    both = {"nonce": "n", **provider.claims, "events": {EVENT: {}}}
    assert_refused(tell(provider.signed(both)), "nonce")
    assert_refused(tell(provider.signed({"nonce": "n", **provider.claims}, typ="logout+jwt")), "events")
    assert is_signed_in(signed_in)


def test_nor_is_a_logout_token_an_id_token(come_back, refused, provider):
    provider.header["typ"] = "logout+jwt"
    refused(come_back(), 502, "token_refused", "typ")


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "%00", "%ff", "x" * 9000, "eyJ9", "&a=b", "[" * 9000, "%ED%A0%80"]
)
def test_what_is_no_jwt_is_refused(tell, provider, token):
    assert_refused(tell(token), "signature")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("id_token=x", FORM),
        ("logout_token=a&logout_token=b", FORM),
        ("logout_token=" + "x" * MAX_BYTES, FORM),
        ("x" * 10**7, FORM),
        ("&".join(f"a{n}=" for n in range(2000)), FORM),
        ("logout_token=x", f"{FORM}; charset=utf-16"),
        ("logout_token=x", f"{FORM}; charset=no-such"),
        ('{"logout_token": "x"}', "application/json"),
        ("logout_token=x", "text/plain"),
        ("logout_token=x", "multipart/form-data"),
        ("logout_token=x", "multipart/form-data; boundary=\x00"),
        ("--b\r\n\r\n", "multipart/form-data; boundary=b"),
        ("logout_token=é", FORM),
        ("logout_token=x", ""),
        ("logout_token=x", "\ud83d"),
    ],
    ids=lambda value: value[:30],
)
def test_a_body_that_brings_no_token_is_refused(new_client, body, content_type):
    body = body.encode()
    response = new_client().generic("POST", ADDRESS, body, content_type.encode(errors="replace").decode())
    claim = "signature" if "charset" in content_type else "logout_token"
    assert_refused(response, claim)


@pytest.mark.parametrize(
    "parameters",
    ["", "; charset=ISO-8859-1", ";charset=utf8", "; charset=UTF-8", '; charset="us-ascii"', "; charset=x"],
)
def test_whatever_the_charset_of_a_form_is_said_to_be_it_is_read(signed_in, new_client, logout_token, parameters):
    body = f"logout_token={logout_token()}"
    assert_processed(new_client().generic("POST", ADDRESS, body, f"{FORM}{parameters}"))
    assert not is_signed_in(signed_in)


def in_chunks(client, body: bytes, **more):
    """As a server hands over a body without a length."""
    environ = {"wsgi.input": io.BytesIO(body), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": FORM, **more}
    return client.generic("POST", ADDRESS, **environ)


def test_a_form_in_chunks_is_read_where_the_server_puts_them_together(signed_in, new_client, logout_token):
    body = f"logout_token={logout_token()}".encode()
    assert_processed(in_chunks(new_client(), body, **{"wsgi.input_terminated": True}))
    assert not is_signed_in(signed_in)


def test_no_further_than_another(new_client):
    body = b"logout_token=" + b"x" * 10**6
    response = in_chunks(new_client(), body, **{"wsgi.input_terminated": True})
    assert_refused(response, "logout_token")
    assert "larger than" in response.json()["error_description"]
    assert response.wsgi_request.environ["wsgi.input"].tell() == MAX_BYTES + 1


def test_where_it_does_not_the_length_is_said_to_be_missing(signed_in, new_client, logout_token):
    response = in_chunks(new_client(), f"logout_token={logout_token()}".encode())
    assert response.status_code == 411
    assert response.json()["error_description"] == "logout_token: sent in chunks, without a Content-Length"
    assert is_signed_in(signed_in)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_a_post_is_heard(signed_in, new_client, logout_token, method):
    response = getattr(new_client(), method)(f"{ADDRESS}?logout_token={logout_token()}")
    assert response.status_code == 405
    assert response.headers["Cache-Control"] == "no-store"
    assert is_signed_in(signed_in)


def test_it_needs_no_csrf_token_and_takes_no_notice_of_a_session(signed_in, new_client, logout_token):
    stranger = new_client(enforce_csrf_checks=True)
    stranger.cookies["site_a_session"] = "anything"
    assert_processed(stranger.post(ADDRESS, f"logout_token={logout_token()}", content_type=FORM))


def test_a_second_time_it_is_refused(signed_in, come_back, provider, tell, logout_token):
    token = logout_token(sid=MISSING)
    assert_processed(tell(token))
    provider.claims["iat"] = from_now(5)  # later than the token
    come_back()
    response = tell(token)
    assert response.status_code == 400
    assert response.json()["error_description"].startswith("jti: was processed before, at ")
    assert is_signed_in(signed_in)
    assert LogoutToken.objects.count() == 1


def test_the_same_number_of_another_token_is_refused_too(signed_in, tell, logout_token):
    assert_processed(tell(logout_token(jti="1", sid="another")))
    assert tell(logout_token(jti="1")).status_code == 400
    assert is_signed_in(signed_in)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_processed(signed_in, tell, logout_token, tmp_path, monkeypatch):
    connection.cursor().execute("VACUUM INTO %s", [str(tmp_path / "copy")])
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "copy")  # SQLite in memory has no lock to wait for
    token, together = logout_token(), threading.Barrier(8)

    def bring(_):
        together.wait(10)
        try:
            return tell(token).status_code, LogoutToken.objects.count(), is_signed_in(signed_in)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(bring, range(8)))
    assert answers == [(200, 1, False)] + 7 * [(400, 1, False)]


@pytest.mark.parametrize("seconds", [120, 2 * DAY, 29 * DAY])
def test_a_number_is_remembered_for_as_long_as_its_token_is_good(tell, logout_token, settings, seconds):
    assert_processed(tell(logout_token(exp=from_now(seconds))))
    until = LogoutToken.objects.get().until.timestamp()
    assert until >= from_now(seconds + settings.OIDC_LEEWAY - 1)()
    assert until >= from_now(3599)()  # as long as a sign-in may take


def test_while_the_keys_cannot_be_fetched_it_may_come_again(signed_in, tell, provider, logout_token):
    cache.clear()
    provider.answers[JWKS] = (500, "", "text/html")
    token = logout_token()
    response = tell(token)
    assert (response.status_code, response.json()) == (
        400, {"error": "invalid_request", "error_description": "the provider's answer is an error"},
    )  # fmt: skip
    assert is_signed_in(signed_in)
    assert not LogoutToken.objects.exists()
    del provider.answers[JWKS]
    assert_processed(tell(token))
    assert not is_signed_in(signed_in)


def test_if_the_sessions_cannot_be_ended_it_may_come_again(signed_in, tell, logout_token, monkeypatch):
    token = logout_token()
    with monkeypatch.context() as broken:
        broken.setattr("relying_party.session_index.delete_sessions", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell(token)
    assert not LogoutToken.objects.exists()
    assert_processed(tell(token))
    assert not is_signed_in(signed_in)


def test_one_that_an_independent_library_makes_is_processed(signed_in, tell, provider):
    header = {"typ": "logout+jwt", "alg": "RS256", "kid": "first"}
    key = RSAKey.import_key(provider.key)
    assert_processed(tell(joserfc_jwt.encode(header, without_missing(claims_of(provider)), key)))
    assert not is_signed_in(signed_in)


@pytest.mark.parametrize("sid", ["s" * 5000, " ", "\x00", "\ud800", "\n", "<b>", "../the-sid"])
def test_a_sid_is_any_text(client, provider, come_back, tell, logout_token, sid):
    provider.claims["sid"] = sid
    come_back()
    assert_processed(tell(logout_token(sid=sid)))
    assert not is_signed_in(client)


def test_the_reason_is_written_in_the_characters_of_an_error_description(tell, logout_token):
    told = tell(logout_token(iss='"\\\n\ud800é')).json()["error_description"]
    assert told.startswith("iss: issued by '")
    assert all(" " <= character <= "~" and character not in '"\\' for character in told)


@given(st.binary(max_size=300) | TEXTS.map(lambda text: f"logout_token={text}".encode(errors="replace")), st.text())
def test_no_body_is_a_server_error(new_client, body, content_type):
    content_type = content_type.encode("ascii", "replace").decode() or FORM
    for kind in (FORM, f"multipart/form-data; boundary={content_type}", content_type):
        assert new_client().generic("POST", ADDRESS, body, kind).status_code == 400


NAMES = st.sampled_from([*WRONG_CLAIMS, "azp", "auth_time"])


@pytest.mark.django_db
@given(st.dictionaries(NAMES, JSON, min_size=1, max_size=4))
def test_no_claims_are_a_server_error(tell, logout_token, provider, recording, caplog, claims):
    response = tell(logout_token(**claims))
    assert response.status_code in (200, 400)
    LogoutToken.objects.all().delete()
    assert "The recorder failed" not in caplog.text


@given(st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "b64"]), JSON, min_size=1))
def test_no_header_is_a_server_error(tell, logout_token, provider, header):
    assert tell(logout_token(header)).status_code in (200, 400)
    LogoutToken.objects.all().delete()


def test_claims_that_python_would_not_read_are_refused(tell, provider):
    for payload in (b'{"iat": 1' + b"0" * 5000 + b"}", b"[" * 5000, b"[]", b"7", b"\xff", json.dumps("x").encode()):
        assert_refused(tell(provider.signed(payload, typ="logout+jwt")), "signature")


@pytest.mark.parametrize("place", ["typ", "alg", "kid", "events", "sid", "jti", "iss", "iat"])
def test_however_deep_it_is_nested_is_no_server_error(tell, logout_token, provider, place):
    header, claims = {"typ": "logout+jwt", "alg": "RS256", "kid": "first"}, without_missing(claims_of(provider))
    part = header if place in header else claims
    for depth in range(0, 1000, 20):
        part[place] = "@"
        texts = [json.dumps(half).replace('"@"', "[" * depth + "]" * depth) for half in (header, claims)]
        signed = b".".join(base64url_encode(text.encode()) for text in texts)
        signature = get_default_algorithms()["RS256"].sign(signed, provider.key)
        token = b".".join([signed, base64url_encode(signature)]).decode()
        assert tell(token).status_code == 400


def test_while_the_database_is_busy_the_provider_is_told_in_json_and_may_bring_the_token_again(
    signed_in, logout_token, monkeypatch
):
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"

    def end(*args):
        raise busy

    provider = Client(raise_request_exception=False, headers={"host": SITE_A.netloc})
    token = logout_token()
    with monkeypatch.context() as patch:
        patch.setattr(session_index, "end", end)
        response = provider.post(ADDRESS, f"logout_token={token}", content_type=FORM)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["error"] == "temporarily_unavailable"
    assert is_signed_in(signed_in)
    assert provider.post(ADDRESS, f"logout_token={token}", content_type=FORM).status_code == 200
    assert not is_signed_in(signed_in)
