"""A provider that is not ours: ``oidc-provider-mock``, built on Authlib, in a process of its own."""

import json
import time

import requests

from tests.processes import WAIT_TIMEOUT, Lab

CAROL = {"sub": "carol/7", "name": "Carol Elsewhere", "email": "carol@elsewhere.example"}


class Provider:
    """Takes only the clients that register with it, by OpenID Connect Dynamic Client Registration."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.origin = f"http://127.0.0.1:{lab.port}"
        command = f"python -m oidc_provider_mock --port {lab.port} --require-registration --require-nonce"
        # What it is warned of does not concern us.
        lab.processes["elsewhere"] = lab.run(
            f"exec env --unset PYTHONWARNINGS {command} --user-claims '{json.dumps(CAROL)}'", "elsewhere"
        )
        self.metadata = self.wait()

    def wait(self) -> dict:
        deadline = time.monotonic() + WAIT_TIMEOUT
        while True:
            try:
                return self.ask("GET", "/.well-known/openid-configuration").json()
            except requests.ConnectionError:
                assert time.monotonic() < deadline, self.lab.output
                time.sleep(0.05)

    def ask(self, method: str, path: str, **kwargs) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, self.origin + path, timeout=WAIT_TIMEOUT, **kwargs)
            answer.raise_for_status()
            return answer

    def register(self, redirect_uri: str, method: str = "client_secret_post") -> dict[str, str]:
        """What a Relying Party with that redirect URI has to set."""
        asked = {"redirect_uris": [redirect_uri], "token_endpoint_auth_method": method}
        client = self.ask("POST", self.metadata["registration_endpoint"].removeprefix(self.origin), json=asked).json()
        return {
            "OIDC_OP_ISSUER": self.metadata["issuer"],
            "OIDC_OP_AUTHORIZATION_ENDPOINT": self.metadata["authorization_endpoint"],
            "OIDC_OP_TOKEN_ENDPOINT": self.metadata["token_endpoint"],
            "OIDC_OP_USER_ENDPOINT": self.metadata["userinfo_endpoint"],
            "OIDC_OP_JWKS_ENDPOINT": self.metadata["jwks_uri"],
            "OIDC_OP_END_SESSION_ENDPOINT": self.metadata["end_session_endpoint"],
            "OIDC_RP_CLIENT_ID": client["client_id"],
            "OIDC_RP_CLIENT_SECRET": client["client_secret"],
        }
