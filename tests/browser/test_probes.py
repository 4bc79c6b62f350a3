"""identity probed over real HTTP by whoever can send bytes: wrong requests, odd ones, and any that hypothesis makes.

alice is signed in all the while: a fault would give somebody something.
"""

import base64
import http.client
import json
import socket
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.browser.person import Person, resolve_to_loopback
from tests.identity.provider.wrong_requests import (
    CHALLENGE,
    ODD_CREDENTIALS,
    ODD_FIELDS,
    ODD_PARAMETERS,
    REFUSED,
    VERIFIER,
    asking_at,
    nested,
    other_addresses,
)
from tests.processes import Lab

AUTHORIZE, TOKEN, USERINFO = "/identity/o/authorize", "/identity/o/api/token", "/identity/o/api/userinfo"
FORM = "application/x-www-form-urlencoded"

probed = settings(max_examples=25)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def location(self) -> str | None:
        return self.headers["Location"]

    @property
    def told(self) -> dict[str, list[str]]:
        """The query of the address that the answer leads to."""
        return parse_qs(urlsplit(self.location or "").query, keep_blank_values=True)


class Wire:
    """One connection to Identity, kept open, on which alice's browser and her site's server speak alike."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.netloc = lab.origin("identity").removeprefix("http://")
        self.issuer = lab.origin("identity")
        self.redirect_uri = f"{lab.origin('site_a')}/oidc/callback/"
        self.registered = {
            site: f"{lab.origin(site.replace('-', '_'))}/oidc/callback/" for site in ("site-a", "site-b")
        }
        self.secrets = {
            site: (lab.state / f"var/secrets/{site.replace('-', '_')}.client_secret").read_text()
            for site in self.registered
        }
        self.connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
        alice = Person(lab, "alice")
        alice.go_from(f"{self.issuer}{AUTHORIZE}?{urlencode(asking_at(self.redirect_uri))}")
        self.cookie = f"identity_session={alice.session_key('identity')}"

    def send(self, method: str, target: str, body: str | bytes = b"", **headers: str) -> Answer:
        body = body.encode() if isinstance(body, str) else body
        headers = {name.replace("_", "-"): value.encode("latin-1") for name, value in headers.items()}
        if method in ("POST", "PUT"):
            headers = {"Content-Type": FORM} | headers
        self.connection.request(method, target, body or None, {"Host": self.netloc, "Cookie": self.cookie} | headers)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def send_raw(self, request: bytes) -> bytes:
        """Bytes that no client would send, on a connection of their own; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.lab.port), timeout=60) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def asking(self, **changes: str | None) -> dict[str, str]:
        return without_none(asking_at(self.redirect_uri) | changes)

    def authorize(self, **changes: str | None) -> Answer:
        return self.send("GET", f"{AUTHORIZE}?{encoded(self.asking(**changes).items())}")

    def new_code(self, client_id: str = "site-a") -> str:
        answer = self.authorize(client_id=client_id, redirect_uri=self.registered[client_id])
        assert answer.status == 303, answer
        return answer.told["code"][0]

    def fields(self, **changes: str | None) -> dict[str, str]:
        right = {
            "grant_type": "authorization_code",
            "client_id": "site-a",
            "client_secret": self.secrets["site-a"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
        }
        return without_none(right | changes)

    def redeem(self, headers: dict[str, str] | None = None, **changes: str | None) -> Answer:
        return self.send("POST", TOKEN, encoded(self.fields(**changes).items()), **headers or {})

    def userinfo(self, authorization: str | None) -> Answer:
        return self.send("GET", USERINFO, **without_none({"Authorization": authorization}))

    def basic(self, client_id: str = "site-a", secret: str | None = None) -> dict[str, str]:
        pair = f"{client_id}:{secret or self.secrets[client_id]}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def without_none(values: dict) -> dict:
    return {name: value for name, value in values.items() if value is not None}


def encoded(pairs) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


@pytest.fixture(scope="module")
def started(start_once):
    return start_once("identity")


@pytest.fixture(scope="module")
def connected(started):
    with pytest.MonkeyPatch.context() as monkeypatch:
        resolve_to_loopback(monkeypatch, started.domain)
        wire = Wire(started)
    yield wire
    wire.connection.close()


@pytest.fixture
def wire(request, connected):
    """identity alone, one process and one connection for all tests of this module."""
    request.node.lab = connected.lab
    before = len(connected.lab.output)
    yield connected
    printed = connected.lab.output[before:]
    assert "ERROR django" not in printed
    assert "The recorder failed" not in printed


# What is right: without this, nothing below would mean anything


def test_a_right_sign_in(wire):
    answer = wire.authorize()
    assert answer.status == 303
    assert answer.location.startswith(wire.redirect_uri + "?")
    assert answer.told.keys() == {"code", "state", "iss"}
    tokens = wire.redeem(code=answer.told["code"][0])
    assert tokens.status == 200, tokens
    told = wire.userinfo(f"Bearer {tokens.json['access_token']}")
    assert (told.status, told.json["name"]) == (200, "alice")


def test_a_right_sign_in_with_the_secret_in_the_header(wire):
    in_the_header = {"client_id": None, "client_secret": None}
    assert wire.redeem(wire.basic(), code=wire.new_code(), **in_the_header).status == 200


# The authorization endpoint


def assert_no_code(wire: Wire, answer: Answer) -> None:
    """A page for the person, or an error for the client at its registered address, with who says so."""
    if answer.location is None:
        assert answer.status == 400, answer
        return
    assert answer.status == 303
    assert answer.location.startswith(wire.redirect_uri + "?")
    assert answer.told["error"]
    assert answer.told["iss"] == [wire.issuer]
    assert "code" not in answer.told


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_to_the_client(wire, changes, error):
    answer = wire.authorize(**changes)
    assert_no_code(wire, answer)
    assert answer.told["error"] == [error]
    assert answer.told["state"] == ["the-state"]


@pytest.mark.parametrize("which", other_addresses("http://site-a:1/oidc/callback/", ""))
def test_no_other_address_is_led_to(wire, which):
    address = other_addresses(wire.redirect_uri, wire.lab.origin("site_b"))[which]
    answer = wire.authorize(redirect_uri=address)
    assert (answer.status, answer.location) == (400, None)


@pytest.mark.parametrize("name", [*asking_at(""), "prompt", "max_age", "claims"])
def test_no_parameter_comes_twice(wire, name):
    query = encoded([*wire.asking().items(), (name, "1"), (name, "2")])
    answer = wire.send("GET", f"{AUTHORIZE}?{query}")
    assert (answer.status, answer.location) == (400, None)


def unsigned(header: str) -> str:
    """A JSON Web Token with that header and no signature worth the name."""
    return base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode() + ".e30.AAAA"


@pytest.mark.parametrize("claims", [nested(2000), nested(990), nested(900), nested(500), "[" * 5000, '{"a":' * 800])
def test_claims_that_nest_without_end_are_refused(wire, claims):
    answer = wire.authorize(claims=claims)
    assert (answer.status, answer.location) == (400, None)


@pytest.mark.parametrize("claims", [nested(50), '{"a": NaN, "b": -Infinity}', '{"a": "\\ud800\\u0000"}', "{}"])
def test_other_claims_are_not_heard(wire, claims):
    assert wire.authorize(claims=claims).told["code"]


HINTS = {
    "nested": unsigned('{"kid":' + nested(3000) + "}"),
    "nested a little less": unsigned('{"kid":' + nested(940) + "}"),
    "a list": unsigned("[]"),
    "a kid that is a list": unsigned('{"alg": "RS256", "kid": [1]}'),
    "no algorithm": unsigned('{"alg": "none", "kid": "x"}'),
    "a header that is critical": unsigned('{"alg": "RS256", "kid": "x", "crit": ["b64"], "b64": false}'),
}


@pytest.mark.parametrize("prompt", ["none", None])
@pytest.mark.parametrize("hint", HINTS.values(), ids=HINTS)
def test_a_hint_that_identity_did_not_sign_hints_at_nobody(wire, hint, prompt):
    answer = wire.authorize(id_token_hint=hint, prompt=prompt)
    assert_no_code(wire, answer)
    assert answer.told["error"] == ["login_required"]


@pytest.mark.parametrize(("name", "value"), ODD_PARAMETERS)
def test_an_odd_parameter_is_no_fault_of_identitys(wire, name, value):
    assert_nothing_strays(wire, wire.asking(**{name: value}), wire.authorize(**{name: value}))


ODD_QUERIES = [*("%zz", "%", "%ff", "%00", "%ed%a0%80", "a" * 60_000, "%0d%0aSet-Cookie:%20x=y", "%f0%28"), "\u0661"]


@pytest.mark.parametrize("name", ["state", "nonce", "client_id", "redirect_uri", "prompt", "login_hint", "scope"])
@pytest.mark.parametrize("value", ODD_QUERIES, ids=range(len(ODD_QUERIES)))
def test_a_query_of_odd_bytes_is_no_fault_of_identitys(wire, name, value):
    right = encoded(pair for pair in wire.asking().items() if pair[0] != name)
    answer = wire.send("GET", f"{AUTHORIZE}?{right}&{name}={quote(value, safe='%')}")
    assert answer.status in (302, 303, 400), answer
    assert not any(cookie.startswith("x=") for cookie in answer.headers.get_all("Set-Cookie", []))
    if value in ("%zz", "%"):
        assert (answer.status, answer.location) == (400, None)
    if answer.location:
        assert answer.location.startswith(wire.redirect_uri + "?")


def test_an_address_that_is_longer_than_any_is_refused(wire):
    answer = wire.send_raw(f"GET {AUTHORIZE}?{'a' * 70_000} HTTP/1.1\r\nHost: {wire.netloc}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 414 ")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE"])
def test_the_authorization_endpoint_answers_get_and_post(wire, method):
    answer = wire.send(method, f"{AUTHORIZE}?{encoded(wire.asking().items())}")
    assert (answer.status, answer.location, answer.headers["Allow"]) == (405, None, "GET, POST")


@pytest.mark.parametrize("body", ["request=x", "request=x:y:z", "request=&action=grant", "request=x&action=grant"])
def test_a_form_of_consent_that_identity_did_not_make_is_refused(wire, body):
    answer = wire.send("POST", AUTHORIZE, body)
    assert answer.status in (302, 403)
    assert not (answer.location or "/").startswith("http")


# The token endpoint


def assert_no_token(answer: Answer) -> None:
    assert 400 <= answer.status < 500, answer
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["error"]
    assert "access_token" not in answer.json
    assert "id_token" not in answer.json


WRONG_FIELDS = {
    "no code": ({"code": None}, 400, "invalid_request"),
    "a made-up code": ({"code": "x" * 30}, 400, "invalid_grant"),
    "no verifier": ({"code_verifier": None}, 400, "invalid_request"),
    "another verifier": ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
    "the challenge as verifier": ({"code_verifier": CHALLENGE}, 400, "invalid_grant"),
    "no redirect URI": ({"redirect_uri": None}, 400, "invalid_request"),
    "another redirect URI": ({"redirect_uri": "http://evil.example/"}, 400, "invalid_grant"),
    "no grant type": ({"grant_type": None}, 400, "invalid_request"),
    "a password": ({"grant_type": "password", "username": "alice", "password": "alice"}, 400, "unsupported_grant_type"),
    "the client itself": ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    "a refresh": ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "unauthorized_client"),
    "a device": ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "invalid_request"),
    "no secret": ({"client_secret": None}, 401, "invalid_client"),
    "an empty secret": ({"client_secret": ""}, 401, "invalid_client"),
    "a wrong secret": ({"client_secret": "wrong"}, 401, "invalid_client"),
    "no client": ({"client_id": None}, 401, "invalid_client"),
    "an unknown client": ({"client_id": "nobody"}, 401, "invalid_client"),
    "the other client with this one's secret": ({"client_id": "site-b"}, 401, "invalid_client"),
    "nothing to authenticate with": ({"client_id": None, "client_secret": None}, 401, "invalid_client"),
}


@pytest.mark.parametrize(("changes", "status", "error"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_a_wrong_token_request_gets_no_token(wire, changes, status, error):
    answer = wire.redeem(**{"code": wire.new_code(), **changes})
    assert_no_token(answer)
    assert (answer.status, answer.json["error"]) == (status, error)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("changes", ODD_FIELDS)
def test_an_odd_token_request_gets_none(wire, changes):
    assert_no_token(wire.redeem(**{"code": wire.new_code(), **changes}))


def test_a_client_that_authenticates_twice_gets_none(wire):
    answer = wire.redeem(wire.basic(), code=wire.new_code())
    assert_no_token(answer)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("authorization", [value for value in ODD_CREDENTIALS if value != "é"])
def test_odd_credentials_get_none(wire, authorization):
    sent = {"Authorization": authorization}
    assert_no_token(wire.redeem(sent, code=wire.new_code(), client_id=None, client_secret=None))


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_code_of_another_client_gets_none(wire, secret):
    answer = wire.redeem(code=wire.new_code("site-b"), redirect_uri=wire.registered["site-b"])
    assert_no_token(answer)
    assert answer.json["error"] == "invalid_grant"
    answer = wire.redeem(wire.basic("site-b", secret), code=wire.new_code(), client_secret=None)
    assert_no_token(answer)
    assert answer.json["error"] == "invalid_client"


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "redirect_uri", "code_verifier", "code"])
def test_a_field_that_comes_twice_gets_none(wire, name):
    fields = wire.fields(code=wire.new_code())
    answer = wire.send("POST", TOKEN, encoded([*fields.items(), (name, fields[name])]))
    assert_no_token(answer)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_fields_in_the_query_are_not_read(wire):
    query = encoded(wire.fields(code=wire.new_code()).items())
    assert_no_token(wire.send("POST", f"{TOKEN}?{query}"))


MULTIPART = "multipart/form-data; boundary=x"
BODIES = {
    "JSON": (b'{"grant_type": "authorization_code"}', "application/json"),
    "JSON as a form": (b'{"grant_type": "authorization_code"}', FORM),
    "nothing": (b"", FORM),
    "no type": (b"grant_type=authorization_code", ""),
    "another charset": (b"grant_type=authorization_code", f"{FORM}; charset=utf-16"),
    "bytes": (bytes(range(256)), FORM),
    "not encoded": (b"code=%zz&grant_type=%", FORM),
    "too many fields": (b"&".join(b"a%d=1" % number for number in range(2000)), FORM),
    "too much": (b"code=" + b"x" * 3_000_000, FORM),
    "parts that end early": (b'--x\r\nContent-Disposition: form-data; name="code"', MULTIPART),
    "parts without a boundary": (b"--x\r\n", "multipart/form-data"),
    "parts in an unknown encoding": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n=\r\n--x--',
        MULTIPART,
    ),
}


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_form_gets_none(wire, body, content_type):
    assert_no_token(wire.send("POST", TOKEN, body, Content_Type=content_type))


@pytest.mark.parametrize("length", ["Transfer-Encoding: chunked", "Content-Length: x", "Content-Length: -1", "X: y"])
def test_a_body_of_no_known_length_gets_none(wire, length):
    form = encoded(wire.fields(code=wire.new_code()).items()).encode()
    head = f"POST {TOKEN} HTTP/1.1\r\nHost: {wire.netloc}\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n".encode()
    for body in (b"%x\r\n%s\r\n0\r\n\r\n" % (len(form), form), b"zz\r\n" + form, b"-5\r\n\r\n", b"ffffffff\r\n"):
        answer = wire.send_raw(head + body)
        assert answer.startswith(b"HTTP/1.1 4"), answer
        assert b"access_token" not in answer


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_a_token_is_given_to_a_post_only(wire, method):
    query = encoded(wire.fields(code=wire.new_code()).items())
    answer = wire.send(method, f"{TOKEN}?{query}", query if method == "PUT" else b"")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")


# Userinfo


def assert_nobody_is_named(answer: Answer) -> None:
    assert answer.status in (400, 401), answer  # a malformed request, or no good token (RFC 6750, 3.1)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert b'"sub"' not in answer.body


@pytest.mark.parametrize("authorization", [None, "", "Bearer forged", "bearer x", "Token x", *ODD_CREDENTIALS])
def test_no_token_no_name(wire, authorization):
    assert_nobody_is_named(wire.userinfo(authorization))


EXPIRE = """
from allauth.idp.oidc.models import Token
from django.utils import timezone
Token.objects.filter(type=Token.Type.ACCESS_TOKEN).update(expires_at=timezone.now())
"""


def test_a_token_names_nobody_elsewhere_and_later(wire):
    code = wire.new_code()
    tokens = wire.redeem(code=code).json
    token = tokens["access_token"]
    assert wire.userinfo(f"Bearer {token}").status == 200
    for other in (token[:-1], token + "x", token.swapcase(), code, tokens["id_token"], f"{token} {token}"):
        assert_nobody_is_named(wire.userinfo(f"Bearer {other}"))
    assert_nobody_is_named(wire.userinfo(f"Basic {token}"))
    assert_nobody_is_named(wire.send("GET", f"{USERINFO}?access_token={token}"))
    wire.lab.manage("identity", "shell", "-c", EXPIRE)
    assert_nobody_is_named(wire.userinfo(f"Bearer {token}"))


# Anything


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PIECES = TEXTS.map(lambda text: quote(text, safe="")) | st.binary(max_size=20).map(quote)
WORDS = st.sampled_from(
    ["none", "login", "openid", "site-a", "site-b", "plain", "query", "0", "{}", "[]", "x:y", "", "%"]
)
NAMES = st.sampled_from(
    [*asking_at(""), "prompt", "max_age", "claims", "resource", "response_mode", "id_token_hint", "request", "code"]
)
FIELDS = st.sampled_from(["grant_type", "client_id", "client_secret", "redirect_uri", "code_verifier", "code"])


def assert_nothing_strays(wire: Wire, asked: dict[str, str], answer: Answer) -> None:
    """A code goes to the address that is registered for the client that asked, and to no other."""
    assert answer.status < 500, answer
    if answer.location is None or (answer.location.startswith("/") and not answer.location.startswith(("//", "/\\"))):
        return
    assert answer.location.startswith(wire.registered[asked["client_id"]] + "?")
    assert answer.told["iss"] == [wire.issuer]
    assert ("code" in answer.told) != ("error" in answer.told)


def as_read(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


@probed
@given(changes=st.dictionaries(NAMES | TEXTS, st.none() | TEXTS | WORDS, min_size=1, max_size=4))
@example(changes={"claims": nested(990)})
@example(changes={"client_id": "site-b"})
def test_whatever_is_changed_in_a_request_no_code_strays(wire, changes):
    asked = wire.asking() | changes
    asked = without_none(asked)
    assert_nothing_strays(wire, asked, wire.send("GET", f"{AUTHORIZE}?{encoded(asked.items())}"))


@probed
@given(query=st.lists(st.tuples(NAMES | PIECES, PIECES | WORDS), max_size=6), right=st.booleans())
def test_whatever_a_query_is_no_code_strays(wire, query, right):
    query = "&".join(f"{name}={value}" for name, value in query)
    if right:
        query = f"{encoded(wire.asking().items())}&{query}"
    assert_nothing_strays(wire, as_read(query), wire.send("GET", f"{AUTHORIZE}?{query}"))


@probed
@given(body=st.lists(st.tuples(NAMES | PIECES, PIECES | WORDS), max_size=6))
def test_whatever_is_posted_no_code_strays(wire, body):
    answer = wire.send("POST", AUTHORIZE, "&".join(f"{name}={value}" for name, value in body))
    assert answer.status < 500
    assert (answer.location or "/").startswith(f"{AUTHORIZE}?") or answer.status in (400, 403)


@probed
@given(changes=st.dictionaries(FIELDS | TEXTS, st.none() | TEXTS | WORDS, max_size=4))
@example(changes={})
@example(changes={"grant_type": "refresh_token"})
def test_whatever_is_changed_there_is_no_token_without_code_verifier_and_secret(wire, changes):
    right = wire.fields(code=wire.new_code())
    sent = without_none(right | changes)
    answer = wire.send("POST", TOKEN, encoded(sent.items()))
    if any(sent.get(name) != value for name, value in right.items()):
        assert_no_token(answer)
    else:  # what else is in the form is not heard (RFC 6749, 3.2), unless it cannot be read
        assert answer.status in (200, 400)


@probed
@given(body=st.binary(max_size=200) | st.lists(st.tuples(FIELDS | PIECES, PIECES), max_size=8))
def test_no_other_bytes_get_a_token(wire, body):
    if not isinstance(body, bytes):
        body = "&".join(f"{name}={value}" for name, value in body)
    assert_no_token(wire.send("POST", TOKEN, body))


@probed
@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60))
@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", ""])
def test_no_header_names_anybody_or_gets_a_token(wire, scheme, value):
    assert_nobody_is_named(wire.userinfo(scheme + value))
    sent = {"Authorization": scheme + value}
    assert_no_token(wire.redeem(sent, code="x", client_id=None, client_secret=None))
