"""A logout token of Identity, looked at by idpyoidc: by code that is not ours."""

import jwt
import pytest
import requests
from cryptojwt import KeyJar
from idpyoidc.message.oidc import verified_claim_name
from idpyoidc.message.oidc.session import BackChannelLogoutRequest

from tests.backchannel_logout.receiver import Receiver
from tests.browser.person import Person, resolve_to_loopback

REGISTER = """
from allauth.idp.oidc.models import Client
client = Client.objects.get(pk="site-a")
client.data["client_metadata"]["backchannel_logout_uri"] = "{address}"
client.save()
"""


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_idpyoidc_accepts_the_logout_token_of_identity(lab, receiver, monkeypatch):
    resolve_to_loopback(monkeypatch, lab.domain)
    lab.manage("identity", "shell", "-c", REGISTER.format(address=f"{receiver.origin}/logout"))
    issuer = lab.origin("identity")
    alice = Person(lab, "alice")
    alice.sign_in("site_a")
    alice.send_form(alice.get(f"{issuer}/accounts/logout/"))
    (token,) = receiver.got
    keys = KeyJar()
    metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert metadata["backchannel_logout_supported"] is metadata["backchannel_logout_session_supported"] is True
    keys.import_jwks(requests.get(metadata["jwks_uri"], timeout=10).json(), issuer)
    request = BackChannelLogoutRequest(logout_token=token)
    assert request.verify(keyjar=keys, iss=issuer, aud="site-a", allowed_sign_alg="RS256", skew=0)
    told = request[verified_claim_name("logout_token")]
    assert told["sid"] == jwt.decode(token, options={"verify_signature": False})["sid"]
