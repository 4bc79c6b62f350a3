from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

from tests.relying_party.provider import Provider


@pytest.fixture
def provider(settings):
    provider = Provider(settings.OIDC_OP_ISSUER, settings.OIDC_RP_CLIENT_ID)
    settings.OIDC_OP_ADDRESS = provider.address
    cache.clear()
    yield provider
    provider.close()


@pytest.fixture
def begin(client, provider):
    """Begin a sign-in as a browser does; return what the site asked identity for, the nonce repeated in the token."""

    def begin(target: str = "/") -> dict:
        response = client.get("/oidc/authenticate/", {"next": target})
        asked = {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}
        provider.claims.setdefault("nonce", asked["nonce"])
        return asked

    return begin


@pytest.fixture
def come_back(client, begin):
    """A whole sign-in: begin, and come back with a code."""

    def come_back(target: str = "/"):
        return client.get("/oidc/callback/", {"code": "the-code", "state": begin(target)["state"]})

    return come_back
