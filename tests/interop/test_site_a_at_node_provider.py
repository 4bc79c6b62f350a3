"""Site A, whose provider is ``oidc-provider``, from npm. Its settings differ from the lab's in nothing but that."""

import json
import re
from contextlib import ExitStack
from functools import cache
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm

from tests.browser.person import MAKE_RENEWAL_DUE, Person, resolve_to_loopback
from tests.interop import node
from tests.interop.elsewhere import CAROL, Provider, node_provider
from tests.page import text_in
from tests.processes import WAIT_TIMEOUT, Lab

pytestmark = node.needed

PRIVATE_KEY = ec.generate_private_key(ec.SECP256R1())
PEM = PRIVATE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC_KEY = {**json.loads(ECAlgorithm.to_jwk(PRIVATE_KEY.public_key())), "kid": "of-site-a", "use": "sig"}

CLIENTS = {  # what site A registers, and what it sets for it
    "a secret in the form": ({"token_endpoint_auth_method": "client_secret_post"}, {}),
    "a secret by Basic": (
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"OIDC_TOKEN_USE_BASIC_AUTH": "1"},
    ),
    "no secret": ({"token_endpoint_auth_method": "none"}, {}),
    "a key instead of a secret": (
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [PUBLIC_KEY]}},
        {"OIDC_RP_PRIVATE_KEY": PEM, "OIDC_RP_PRIVATE_KEY_ID": "of-site-a"},
    ),
    "ES256": ({"id_token_signed_response_alg": "ES256"}, {"OIDC_RP_SIGN_ALGO": "ES256"}),
    "PS256": ({"id_token_signed_response_alg": "PS256"}, {"OIDC_RP_SIGN_ALGO": "PS256"}),
    "EdDSA": ({"id_token_signed_response_alg": "EdDSA"}, {"OIDC_RP_SIGN_ALGO": "EdDSA"}),
    "signed userinfo": ({"userinfo_signed_response_alg": "RS256"}, {}),
    "logout tokens without sid": ({"backchannel_logout_session_required": False}, {}),
}


class Carol(Person):
    """She has an account at that provider only."""

    def sign_in(self, site: str) -> requests.Response:
        """Fill in both its forms."""
        self.session.headers["Accept"] = "text/html"
        page = self.get(f"{self.lab.origin(site)}/oidc/authenticate/?next=/shelf/")
        page = self.send(page, prompt="login", login=self.name, password=self.password)
        return self.send(page, prompt="consent")

    def send(self, page: requests.Response, **typed) -> requests.Response:
        """The one form of that page, wherever it leads."""
        (address,) = re.findall(r'<form [^>]*action="([^"]+)"', page.text)
        return self.session.post(address, data=typed, timeout=WAIT_TIMEOUT)

    def say_yes(self, page: requests.Response) -> requests.Response:
        """On the provider's page that asks whether to sign out there."""
        (token,) = re.findall(r'name="xsrf" value="([^"]+)"', page.text)
        return self.send(page, xsrf=token, logout="yes")


@pytest.fixture(scope="module")
def start_provider(tmp_path_factory):
    with ExitStack() as stack:

        @cache
        def start(fetch: str) -> Provider:
            lab = Lab(tmp_path_factory.mktemp("provider"))
            stack.callback(lab.stop)
            return node_provider(lab, fetch)

        yield start


@pytest.fixture
def provider(start_provider):
    return start_provider("plain")


@pytest.fixture(params=CLIENTS)
def carol(request, started_before, provider, monkeypatch):
    """She has signed in at site A."""
    resolve_to_loopback(monkeypatch, started_before.domain)
    return signed_in(started_before, provider, *CLIENTS[request.param])


def signed_in(lab: Lab, provider: Provider, registered: dict, settings: dict[str, str]) -> Carol:
    """At site A, which is a client of that provider."""
    origin = lab.origin("site_a")
    lab.settings = {
        "DJANGO_SETTINGS_MODULE": "tests.interop.site_a_elsewhere",
        "OIDC_ISS_REQUIRED": "1",
        **settings,
        **provider.register(
            f"{origin}/oidc/callback/",
            **{
                "post_logout_redirect_uris": [f"{origin}/signed-out/"],
                "backchannel_logout_uri": f"{origin}/oidc/backchannel-logout/",
                "backchannel_logout_session_required": True,
                **registered,
            },
        ),
    }
    lab.start("site_a")
    carol = Carol(lab, CAROL["sub"])
    page = carol.sign_in("site_a")
    assert page.url == f"{origin}/shelf/", page.text
    return carol


def test_who_signs_in_there_is_greeted_here_and_still_is_when_the_provider_was_asked_again(carol, provider):
    home = carol.lab.origin("site_a") + "/"
    assert CAROL["email"] in carol.get(home).text
    carol.lab.manage("site_a", "shell", "-c", MAKE_RENEWAL_DUE)
    asked = carol.get(home).history[0].headers["Location"]
    assert asked.startswith(provider.metadata["authorization_endpoint"])
    assert "prompt=none" in asked
    assert carol.known_at("site_a") == CAROL["name"]


def test_who_signs_out_here_and_there_is_back_here_and_unknown_at_both(carol, provider):
    page = carol.say_yes(carol.post("site_a", "/oidc/logout-everywhere/"))
    assert page.url.startswith(carol.lab.origin("site_a") + "/signed-out/?state=")
    assert f"signed out of site A, and of the provider {urlsplit(provider.origin).netloc}." in text_in(page.text)
    assert "login" in carol.get(carol.lab.origin("site_a") + "/oidc/authenticate/").text


def test_who_signs_out_there_is_signed_out_here_by_a_logout_token(carol, provider):
    carol.say_yes(carol.get(provider.metadata["end_session_endpoint"]))
    assert carol.known_at("site_a") is None


def test_as_it_comes_that_provider_sends_no_logout_token_to_loopback(started_before, start_provider, monkeypatch):
    provider = start_provider("its-own")
    resolve_to_loopback(monkeypatch, started_before.domain)
    carol = signed_in(started_before, provider, *CLIENTS["a secret in the form"])
    carol.say_yes(carol.get(provider.metadata["end_session_endpoint"]))
    assert carol.known_at("site_a") == CAROL["name"]
    assert "resolves to a special-use IP address" in provider.lab.output
