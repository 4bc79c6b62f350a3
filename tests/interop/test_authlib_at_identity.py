"""identity, asked by a client that is not ours: Authlib's."""

import pytest
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import OpenIDProviderMetadata

from tests.browser.person import Person, resolve_to_loopback


class Client(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Authlib's client, put together as in its integrations with web frameworks."""

    client_cls = OAuth2Session

    def redeem(self, asked: dict, callback: str, **changes) -> dict:
        """The tokens for the code in that address, whose ``state`` Authlib compares."""
        sent = {"code_verifier": asked["code_verifier"], **changes}
        return self.fetch_access_token(self.redirect_uri, authorization_response=callback, state=asked["state"], **sent)

    @property
    def redirect_uri(self) -> str:
        return self.server_metadata["redirect_uri"]


@pytest.fixture(scope="module")
def started(start_once):
    return start_once("identity")


@pytest.fixture
def lab(request, started, monkeypatch):
    """identity alone, one process for all tests of this module."""
    request.node.lab = started
    resolve_to_loopback(monkeypatch, started.domain)
    return started


@pytest.fixture(scope="module")
def alice(started):
    """She types her password once: Identity remembers her for the tests that follow."""
    return Person(started, "alice")


@pytest.fixture
def client(lab):
    """Make a client with the id, the secret and the redirect URI of site A, which does not run."""

    def client(method: str = "client_secret_basic", **changes) -> Client:
        registered = {
            "client_id": "site-a",
            "client_secret": (lab.state / "var/secrets/site_a.client_secret").read_text(),
            "redirect_uri": f"{lab.origin('site_a')}/oidc/callback/",
        }
        return Client(
            None,
            server_metadata_url=f"{lab.origin('identity')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
                "trust_env": False,
            },
            **registered | changes,
        )

    return client


@pytest.fixture
def begun(client, alice):
    """A client, what it asked, and the address to which Identity sent alice after her password."""
    client = client()
    asked = client.create_authorization_url(client.redirect_uri)
    return client, asked, alice.go_from(asked["url"])


def test_the_metadata_is_what_the_specification_asks_for(client, lab, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # http is for loopback, and it knows no *.localhost
    metadata = OpenIDProviderMetadata(client().load_server_metadata())
    metadata.validate()
    assert metadata["issuer"] == lab.origin("identity")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_sign_in(client, alice, method):
    client = client(method)
    assert method in client.load_server_metadata()["token_endpoint_auth_methods_supported"]
    asked = client.create_authorization_url(client.redirect_uri)
    assert "code_challenge_method=S256" in asked["url"]
    tokens = client.redeem(asked, alice.go_from(asked["url"]))
    claims = client.parse_id_token(tokens, nonce=asked["nonce"], leeway=0)
    told = client.userinfo(token=tokens)
    assert claims["iss"] == alice.lab.origin("identity")
    assert claims["nonce"] == asked["nonce"]
    assert told["sub"] == claims["sub"]
    assert (told["name"], told["email"]) == ("alice", "alice@example.org")


@pytest.mark.parametrize(("verifier", "error"), [("another" * 10, "invalid_grant"), (None, "invalid_")])
def test_a_code_is_refused_without_its_verifier(begun, verifier, error):
    client, asked, callback = begun
    with pytest.raises(OAuthError, match=error):
        client.redeem(asked, callback, code_verifier=verifier)


def test_a_code_is_refused_the_second_time(begun):
    client, asked, callback = begun
    client.redeem(asked, callback)
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.redeem(asked, callback)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_with_a_wrong_secret_is_refused(client, begun, method):
    _, asked, callback = begun
    with pytest.raises(OAuthError, match="invalid_client"):
        client(method, client_secret="wrong").redeem(asked, callback)


@pytest.mark.parametrize("method", [{"code_challenge_method": "plain"}, {}])
def test_a_challenge_that_is_its_own_verifier_is_refused(client, alice, method):
    """PKCE's ``plain``, which a missing method means, and the metadata does not offer (RFC 7636, 4.3 and 4.4.1)."""
    client = client()
    client.client_kwargs["code_challenge_method"] = None  # or Authlib would make an S256 challenge of its own
    asked = client.create_authorization_url(client.redirect_uri, code_challenge="v" * 64, **method)
    assert "S256" not in asked["url"]
    answer = alice.go_from(asked["url"])
    assert "error=invalid_request" in answer
    assert f"state={asked['state']}" in answer
    assert "code=" not in answer
