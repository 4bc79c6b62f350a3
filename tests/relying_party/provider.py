"""A small OpenID Provider that says whatever a test wants, over real HTTP."""

import functools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

TOKEN, JWKS, USERINFO = "/identity/o/api/token", "/.well-known/jwks.json", "/identity/o/api/userinfo"


@functools.cache
def key_named(kid: str) -> rsa.RSAPrivateKey:
    """A signing key, made once a test run: that takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Answers correctly unless told otherwise.

    ``claims`` are those of the ID Token, ``userinfo`` those of the userinfo answer. ``answers`` maps a path to a
    (status, body, content type) that is sent instead. ``seen`` keeps (method, path, headers) of each request,
    ``forms`` the form that each brought.
    """

    def __init__(self, issuer: str, client_id: str):
        self.key, self.kid = key_named("first"), "first"
        now = int(time.time())
        self.claims = {"iss": issuer, "aud": client_id, "sub": "7", "iat": now, "exp": now + 300}
        self.userinfo = {"sub": "7", "name": "carol", "email": "carol@example.org"}
        self.answers: dict[str, tuple[int, str, str]] = {}
        self.seen: list[tuple[str, str, dict]] = []
        self.forms: list[dict[str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def id_token(self) -> str:
        return jwt.encode(self.claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def jwks(self) -> dict:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def answer(self, path: str) -> tuple[int, str, str]:
        if path in self.answers:
            return self.answers[path]
        body = {
            TOKEN: lambda: {"token_type": "Bearer", "access_token": "at", "id_token": self.id_token()},
            JWKS: self.jwks,
            USERINFO: lambda: self.userinfo,
        }[path]()
        return 200, json.dumps(body), "application/json"

    def handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider.forms.append(dict(parse_qsl(form)))
                provider.seen.append((self.command, self.path, dict(self.headers)))
                status, body, content_type = provider.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_GET

            def log_message(self, *arguments):
                """Quiet: a test looks at ``seen``."""

        return Handler
