"""A provider that is not ours, in a process of its own."""

import json
import time

import requests

from tests.interop import node
from tests.processes import WAIT_TIMEOUT, Lab

CAROL = {"sub": "carol/7", "name": "Carol Elsewhere", "email": "carol@elsewhere.example"}


class Provider:
    """Takes only the clients that register with it, by OpenID Connect Dynamic Client Registration."""

    def __init__(self, lab: Lab, command: str):
        self.lab = lab
        self.origin = f"http://127.0.0.1:{lab.port}"
        lab.processes["elsewhere"] = lab.run(command, "elsewhere")
        self.metadata = first_answer(lab, f"{self.origin}/.well-known/openid-configuration").json()

    def register(self, redirect_uri: str, **further) -> dict[str, str]:
        """What a Relying Party with that redirect URI has to set."""
        asked = {"redirect_uris": [redirect_uri], "token_endpoint_auth_method": "client_secret_post", **further}
        client = ask("POST", self.metadata["registration_endpoint"], json=asked).json()
        return {
            "OIDC_OP_ISSUER": self.metadata["issuer"],
            "OIDC_OP_AUTHORIZATION_ENDPOINT": self.metadata["authorization_endpoint"],
            "OIDC_OP_TOKEN_ENDPOINT": self.metadata["token_endpoint"],
            "OIDC_OP_USER_ENDPOINT": self.metadata["userinfo_endpoint"],
            "OIDC_OP_JWKS_ENDPOINT": self.metadata["jwks_uri"],
            "OIDC_OP_END_SESSION_ENDPOINT": self.metadata["end_session_endpoint"],
            "OIDC_RP_CLIENT_ID": client["client_id"],
            "OIDC_RP_CLIENT_SECRET": client.get("client_secret", ""),
        }


def provider_mock(lab: Lab) -> Provider:
    """``oidc-provider-mock``, built on Authlib. What it is warned of does not concern us."""
    command = f"python -m oidc_provider_mock --port {lab.port} --require-registration --require-nonce"
    return Provider(lab, f"exec env --unset PYTHONWARNINGS {command} --user-claims '{json.dumps(CAROL)}'")


def node_provider(lab: Lab, fetch: str) -> Provider:
    """``oidc-provider``, of npm. With ``its-own`` as ``fetch``, it sends no logout token to loopback."""
    return Provider(lab, node.command("provider.mjs", str(lab.port), json.dumps(CAROL), fetch))


def first_answer(lab: Lab, address: str) -> requests.Response:
    """Of a process that has just been started."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while True:
        try:
            return ask("GET", address)
        except requests.ConnectionError:
            assert time.monotonic() < deadline, lab.output
            time.sleep(0.05)


def ask(method: str, address: str, **kwargs) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, address, timeout=WAIT_TIMEOUT, **kwargs)
        answer.raise_for_status()
        return answer
