"""What is no answer to a code (RFC 6749, section 5), and what is one although it looks odd."""

import codecs
import json
import time
from base64 import b64decode, b64encode

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from lab.misbehaving.answers import JWKS, MISSING, TOKEN, USERINFO, without_missing
from lab.misbehaving.provider import ACCESS_TOKEN, key_named
from relying_party.id_token import half_hash
from tests.page import text_of
from tests.relying_party.conftest import noted_by, pem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def answering(client, begin, provider):
    """A whole sign-in in which the right answer to the code is changed on its way out."""

    def answering(change, status: int = 200, content_type: str = "application/json"):
        state = begin()["state"]
        provider.answers[TOKEN] = (status, change(provider.tokens()), content_type)
        return client.get("/oidc/callback/", {"code": "the-code", "state": state})

    return answering


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *[("token_type", kind) for kind in (MISSING, None, "", "mac", "DPoP", "Bearer ", " bearer", 7, ["Bearer"])],
        *[("access_token", token) for token in (MISSING, None, "", 7, True, [ACCESS_TOKEN], {}, "=", "a=b")],
        *[("access_token", token) for token in ("a\nb", "a\r\nX: y", "a b", "at\n", "é", "\ud800", "\x00", "a,b")],
        *[("id_token", token) for token in (MISSING, None, 7, True, [], {})],
    ],
)
def test_an_answer_with_a_wrong_member_is_refused(answering, refused, provider, member, value):
    refused(answering(lambda tokens: json.dumps(without_missing(tokens | {member: value}))), 502, "unreadable")
    assert [path for _, path, _ in provider.seen] == [TOKEN]


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_the_type_of_the_token_knows_no_case(answering, kind):
    assert answering(lambda tokens: json.dumps(tokens | {"token_type": kind})).status_code == 302


@pytest.mark.parametrize("token", ["a-._~+/Z09==", "a" * 5000])
def test_an_access_token_is_sent_as_it_came(answering, provider, token):
    provider.claims["at_hash"] = half_hash(token)
    assert answering(lambda tokens: json.dumps(tokens | {"access_token": token})).status_code == 302
    sent = [headers["Authorization"] for _, path, headers in provider.seen if path == USERINFO]
    assert sent == [f"Bearer {token}"]


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "3", "true", '"text"', "[]", "{", "{}", "{]", "<html>", "access_token=at&token_type=bearer",
        "[" * 100_000, '{"a":' * 40_000, '{"a":' + "1" * 5000 + "}", "\x00", b"\xff\xfe", b"\x80",
        '{"error": "invalid_grant"}', '{"error": {"a": []}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [TOKEN, USERINFO])
def test_what_is_no_json_object_that_fits_is_refused(come_back, refused, provider, path, body):
    provider.answers[path] = (200, body, "application/json")
    is_read = path == USERINFO and isinstance(body, str) and body.startswith(("{}", '{"error"'))
    refused(come_back(), 502, "another_person" if is_read else "unreadable")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_is_read_in_any_of_its_encodings(answering, encoding):
    assert answering(lambda tokens: json.dumps(tokens).encode(encoding)).status_code == 302


def test_json_in_two_encodings_at_once_is_none(answering, refused):
    refused(answering(lambda tokens: codecs.BOM_UTF16_LE + json.dumps(tokens).encode()), 502, "unreadable")


@pytest.mark.parametrize("content_type", ["text/html", "text/plain; charset=x", "", "application/jwt", "é"])
def test_the_type_of_the_content_is_not_asked_for_where_the_content_is_right(answering, content_type):
    assert answering(json.dumps, content_type=content_type.encode().decode("latin-1")).status_code == 302


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206, 300, 304, 400, 401, 403, 404, 429, 500, 599])
def test_only_a_200_is_a_success_even_if_the_tokens_are_right(answering, refused, status):
    response = answering(json.dumps, status=status)
    refused(response, 502, "failed")
    assert f"{TOKEN}: {status}" in response.content.decode()


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (400, "invalid_grant", "code_refused"),
        (401, "invalid_client", "client_refused"),
        (400, "invalid_client", "client_refused"),
        (400, "invalid_request", "failed"),
        (400, "e" * 10_000, "failed"),
        (400, "<script>alert(1)</script>", "failed"),
        (400, "\ud800\x00", "failed"),
        (400, ["invalid_grant"], "failed"),
        (400, 7, "failed"),
        (400, None, "failed"),
    ],
)
def test_the_page_says_what_identity_says(answering, refused, status, error, reason):
    response = answering(lambda tokens: json.dumps({"error": error, "error_description": "<b>no</b>"}), status=status)
    refused(response, 502, reason)
    assert "<script>" not in response.content.decode()
    assert "<q>&lt;b&gt;no&lt;/b&gt;</q>" in response.content.decode()


@pytest.mark.parametrize("path", [JWKS, USERINFO])
@pytest.mark.parametrize("status", [204, 302, 401, 404, 500])
def test_that_holds_for_keys_and_userinfo_too(come_back, refused, provider, path, status):
    provider.answers[path] = (status, "<h1>oops</h1>", "text/html")
    response = come_back()
    refused(response, 502, "failed")
    assert f"{path}: {status}" in response.content.decode()


BUSY = (503, '{"error": "temporarily_unavailable"}', "application/json")


@pytest.mark.parametrize("path", [TOKEN, JWKS, USERINFO])
def test_a_provider_that_is_busy_is_said_to_be_that_and_another_try_begins_by_itself(
    client, come_back, refused, provider, path
):
    provider.answers[path] = BUSY
    response = come_back("/shelf/")
    refused(response, 503, "busy")
    assert response["Retry-After"] == "5"
    assert response["Refresh"] == "5; url=/oidc/authenticate/?next=%2Fshelf%2F"
    assert "Wait 5 seconds: then this page goes on by itself." in text_of(response)
    del provider.answers[path]
    assert noted_by(provider, client.get("/oidc/authenticate/?next=%2Fshelf%2F"))["response_type"] == "code"


def test_the_code_is_traded_with_the_verifier_of_this_sign_in(client, begin, provider, settings):
    asked = begin()
    client.get("/oidc/callback/", {"code": "c&o=d é", "state": asked["state"]})
    form = provider.forms[0]
    verifier = form.pop("code_verifier")
    assert create_s256_code_challenge(verifier) == asked["code_challenge"]  # as authlib reckons
    assert 43 <= len(verifier) <= 128
    assert form == {
        "grant_type": "authorization_code",
        "code": "c&o=d é",
        "redirect_uri": asked["redirect_uri"],
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "client_secret": settings.OIDC_RP_CLIENT_SECRET,
    }


@pytest.mark.parametrize("name", ["oidc_authentication_callback", "home"])
def test_the_code_is_traded_with_the_redirect_uri_that_it_was_asked_with(client, begin, provider, settings, name):
    settings.OIDC_AUTHENTICATION_CALLBACK_URL = name
    asked = begin()
    assert client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]}).status_code == 302
    assert provider.forms[0]["redirect_uri"] == asked["redirect_uri"]


KEYS = {
    "RS256": lambda: key_named("the client's"),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
READERS = {"RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}  # of an independent library


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("kid", [None, "of-mine"])
def test_a_private_key_proves_which_client_it_is(come_back, provider, settings, algorithm, kid):
    key = KEYS[algorithm]()
    settings.OIDC_RP_PRIVATE_KEY, settings.OIDC_RP_PRIVATE_KEY_ID = pem_of(key), kid
    assert come_back().status_code == 302
    form = provider.forms[0]
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert "client_secret" not in form
    assert "Authorization" not in provider.seen[0][2]
    public = READERS[algorithm].import_key(pem_of(key))
    token = joserfc_jwt.decode(form["client_assertion"], public, algorithms=[algorithm])
    assert token.header.get("kid") == kid
    assert (token.claims["iss"], token.claims["sub"]) == ("site-a", "site-a")
    assert token.claims["aud"] == settings.OIDC_OP_TOKEN_ENDPOINT
    assert 0 < token.claims["exp"] - time.time() <= 60


def test_no_two_assertions_are_the_same(come_back, provider, settings):
    settings.OIDC_RP_PRIVATE_KEY = pem_of(key_named("the client's"))
    come_back()
    come_back()
    said = [form["client_assertion"] for form in provider.forms if "client_assertion" in form]
    assert len(set(said)) == 2


@pytest.mark.parametrize("secret", [None, "", MISSING])
@pytest.mark.parametrize("basic", [False, True])
def test_without_a_secret_the_verifier_alone_goes_along(come_back, provider, settings, secret, basic):
    settings.OIDC_TOKEN_USE_BASIC_AUTH = basic
    if secret is MISSING:
        del settings.OIDC_RP_CLIENT_SECRET
    else:
        settings.OIDC_RP_CLIENT_SECRET = secret
    assert come_back().status_code == 302
    form = provider.forms[0]
    assert (form["client_id"], "client_secret" in form) == ("site-a", False)
    assert len(form["code_verifier"]) >= 43
    assert "Authorization" not in provider.seen[0][2]


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


def test_a_provider_that_does_not_decode_the_secret_is_named_as_a_cause(answering, refused, provider, settings):
    settings.OIDC_TOKEN_USE_BASIC_AUTH = True
    settings.OIDC_RP_CLIENT_SECRET = "a+b/c=~"
    response = answering(lambda tokens: json.dumps({"error": "invalid_client"}), status=401)
    refused(response, 502, "client_refused")
    assert b64decode(provider.seen[0][2]["Authorization"].removeprefix("Basic ")) == b"site-a:a%2Bb%2Fc%3D~"
    page = response.content.decode()
    assert "The secret has characters such as <code>+</code>" in page
    assert "a+b/c" not in page
