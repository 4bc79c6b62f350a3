import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib import auth
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache

from lab.misbehaving.answers import from_now
from relying_party import callback
from relying_party.backchannel_logout import EVENT, FORM
from tests.relying_party.provider import Provider

ADDRESS = "/oidc/backchannel-logout/"


@pytest.fixture
def provider(settings):
    provider = Provider(settings.OIDC_OP_ISSUER, settings.OIDC_RP_CLIENT_ID)
    settings.OIDC_OP_ADDRESS = provider.address
    cache.clear()
    yield provider
    provider.close()


@pytest.fixture
def ended_meanwhile(monkeypatch):
    """While a callback asks the provider, the person signs out in another tab."""
    authenticate = auth.authenticate

    def authenticated(*args, **kwargs):
        Session.objects.all().delete()
        return authenticate(*args, **kwargs)

    monkeypatch.setattr(callback.auth, "authenticate", authenticated)


@pytest.fixture
def begin(client, provider):
    """Begin a sign-in as a browser does; return what the site asked Identity for, whose nonce the token will repeat."""

    def begin(target: str = "/") -> dict:
        response = client.get("/oidc/authenticate/", {"next": target})
        return noted_by(provider, response)

    return begin


def noted_by(provider, response) -> dict:
    """What the redirect ``response`` asks Identity for."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}
    provider.nonce = asked["nonce"]
    return asked


@pytest.fixture
def come_back(client, begin):
    """A whole sign-in: begin, and come back with a code."""

    def come_back(target: str = "/"):
        return client.get("/oidc/callback/", {"code": "the-code", "state": begin(target)["state"]})

    return come_back


@pytest.fixture
def people(django_user_model):
    """Who has been here, with everything that is kept of them."""
    return lambda: tuple(django_user_model.objects.values())


@pytest.fixture
def refused(client, provider):
    """Assert that a callback ended in the page of its reason, and that nothing else came of it."""

    def refused(response, status: int, reason: str, claim: str = "", people: tuple = ()):
        assert_refused(client, provider, response, status, reason, claim, people)

    return refused


def assert_refused(client, provider, response, status: int, reason: str, claim: str = "", people: tuple = ()) -> None:
    page, query = response.content.decode(), response.wsgi_request.GET
    heading = re.search("<h1>(.*?)</h1>", page, re.DOTALL)[1]
    assert (response.status_code, reason_shown(response)) == (status, reason), heading
    assert heading.startswith("Sign-in not finished: ")
    assert f"“{claim}”" in heading or not claim, heading
    assert_nothing_came_of_it(client, response, people)
    asked = len(provider.seen)
    again = client.get(response.wsgi_request.get_full_path())
    assert (again.status_code, reason_shown(again)) == (400, "unknown_state")
    assert len(provider.seen) == asked
    assert query["state"] not in client.session["oidc_states"]


def reason_shown(response) -> str:
    """The failure whose page this is; nothing if it is another page."""
    pages = [template.name for template in response.templates if template.name.startswith("relying_party/failures/")]
    return pages[0].split("/")[-1].removesuffix(".html") if pages else ""


def assert_nothing_came_of_it(client, response, people: tuple = ()) -> None:
    assert set(client.session.keys()) == {"oidc_states"}
    assert not response.cookies
    assert tuple(get_user_model().objects.values()) == people


@pytest.fixture
def logout_token(provider):
    """One that is good, unless claims, header or key say otherwise."""

    def logout_token(header: dict | None = None, **claims) -> str:
        header = {"typ": "logout+jwt", **(header or {})}
        return provider.signed(claims_of(provider, **claims), **header)

    return logout_token


def claims_of(provider, **claims) -> dict:
    return {
        "iss": provider.claims["iss"], "aud": provider.claims["aud"], "sub": "7", "sid": "the-sid",
        "iat": from_now(0), "exp": from_now(120), "jti": uuid.uuid4().hex, "events": {EVENT: {}}, **claims,
    }  # fmt: skip


@pytest.fixture
def tell(new_client):
    """Bring a logout token, as Identity does: a form, no cookie."""
    return lambda token: new_client().post(ADDRESS, f"logout_token={token}", content_type=FORM)


@pytest.fixture
def signed_in(client, provider, come_back):
    """Somebody is signed in here; their session at Identity has a name."""
    provider.claims["sid"] = "the-sid"
    assert come_back().status_code == 302
    return client


def pem_of(key) -> str:
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()


def is_signed_in(client) -> bool:
    return "Sign out of this site" in client.get("/").content.decode()
