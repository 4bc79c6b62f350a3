"""A Relying Party that costs little itself, and the browsers that sign in at it."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPMessage
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests

from bench.rounds import Check
from tests.browser.person import Person
from tests.processes import Lab
from trace_context import journey_of, traceparent

MAX_SHOWN = 200  # characters of an unexpected answer that are shown
REDIRECT = (302, 303)


class Unexpected(Exception):
    """An answer that is not the expected one."""


def expect(status: int, response: requests.Response) -> requests.Response:
    expect_equal(urlsplit(response.url).path, response.status_code, status)
    return response


def expect_equal(what: str, value: object, expected: object) -> None:
    if value != expected:
        raise Unexpected(f"{what}: {value!r}, not {expected!r}")


class Answer(NamedTuple):
    headers: HTTPMessage
    body: bytes


class Line:
    """A connection that stays open, to that port of loopback under the name of ``host``."""

    def __init__(self, host: str, port: int, **headers: str):
        self.host = host
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Host": host, **headers}

    def ask(
        self, expected: int | tuple[int, ...], address: str, form: dict[str, str] | None = None, /, **headers: str
    ) -> Answer:
        """Raises ``Unexpected`` where the status is not one of the expected. The address may be a path."""
        target = address.removeprefix(f"http://{self.host}")
        if form is None:
            self.connection.request("GET", target, headers=self.headers | headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.connection.request("POST", target, urlencode(form), self.headers | headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status not in (expected if isinstance(expected, tuple) else (expected,)):
            raise Unexpected(f"{target[:40]}: {response.status}, not {expected}: {body[:MAX_SHOWN]!r}")
        return Answer(response.headers, body)


@dataclass(frozen=True)
class Registration:
    """A client as the provider knows it. The provider listens at a port of loopback, whatever its origin says."""

    origin: str
    port: int
    id: str
    secret: str
    redirect_uri: str

    def line(self, **headers: str) -> Line:
        return Line(urlsplit(self.origin).netloc, self.port, **headers)


def site_a_of(lab: Lab, port: int) -> Registration:
    """Site A, at the Identity that listens at that port."""
    secret = (lab.state / "var" / "secrets" / "site_a.client_secret").read_text()
    return Registration(lab.origin("identity"), port, "site-a", secret, f"{lab.origin('site_a')}/oidc/callback/")


@dataclass(frozen=True)
class Question:
    """What a sign-in begins with. The provider gets the ``verifier`` only with the code."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def new_question() -> Question:
    return Question(token_urlsafe(), token_urlsafe(), token_urlsafe(48))


class Client:
    """It fetches the provider's metadata and keys once."""

    def __init__(self, registration: Registration):
        self.registration = registration
        line = registration.line()
        self.provider = json.loads(line.ask(200, "/.well-known/openid-configuration").body)
        self.keys = jwt.PyJWKSet.from_json(line.ask(200, self.provider["jwks_uri"]).body.decode())

    def sign_in(self, browser: Line, back: Line) -> Check:
        """One sign-in, complete but for the check that it returns. Raises an exception where anything is not right."""
        question = new_question()
        code = self.code_for(question, browser)
        journey = {"traceparent": traceparent(journey_of(question.state))}  # as the sites do
        redemption = self.redemption(code, question.verifier)
        tokens = json.loads(back.ask(200, self.provider["token_endpoint"], redemption, **journey).body)
        bearer = {"Authorization": f"Bearer {tokens['access_token']}", **journey}
        subject = json.loads(back.ask(200, self.provider["userinfo_endpoint"], **bearer).body)["sub"]
        return partial(self.verify, tokens["id_token"], question.nonce, subject)

    def address_for(self, question: Question) -> str:
        """Where the browser is sent."""
        asked = {
            "response_type": "code",
            "scope": "openid profile email",
            "client_id": self.registration.id,
            "redirect_uri": self.registration.redirect_uri,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.provider['authorization_endpoint']}?{urlencode(asked)}"

    def code_for(self, question: Question, browser: Line) -> str:
        """The code that the provider sends back through the browser."""
        answer = browser.ask(REDIRECT, self.address_for(question))
        address, _, query = answer.headers["Location"].partition("?")
        expect_equal("redirect", address, self.registration.redirect_uri)
        parameters = parse_qs(query)
        expect_equal("state", parameters["state"], [question.state])
        expect_equal("iss", parameters.get("iss", [self.provider["issuer"]]), [self.provider["issuer"]])
        (code,) = parameters["code"]
        return code

    def redemption(self, code: str, verifier: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.registration.redirect_uri,
            "code_verifier": verifier,
            "client_id": self.registration.id,
            "client_secret": self.registration.secret,
        }

    def verify(self, id_token: str, nonce: str, subject: str) -> None:
        key = self.keys[jwt.get_unverified_header(id_token)["kid"]]
        claims = jwt.decode(
            id_token,
            key,
            ["RS256"],
            {"require": ["exp", "iat", "sub"]},
            audience=self.registration.id,
            issuer=self.provider["issuer"],
        )
        expect_equal("nonce", claims["nonce"], nonce)
        expect_equal("sub of userinfo", subject, claims["sub"])


def sign_in_by_form(person: Person) -> None:
    """At Identity, and at no site."""
    page = expect(200, person.get(f"{person.lab.origin('identity')}/accounts/login/"))
    expect(302, person.send_form(page, login=person.name, password=person.password))


def cookies_of(browser: requests.Session) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
