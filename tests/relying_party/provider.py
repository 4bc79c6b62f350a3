"""A small OpenID Provider that says whatever a test wants, over real HTTP."""

import functools
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm, get_default_algorithms
from jwt.utils import base64url_encode

from relying_party.id_token import half_hash

TOKEN, JWKS, USERINFO = "/identity/o/api/token", "/.well-known/jwks.json", "/identity/o/api/userinfo"
ACCESS_TOKEN = "at"
MISSING = object()

Answer = tuple[int, str | bytes, str]  # status, body, content type
Send = Callable[[bytes], None]


@functools.cache
def key_named(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A signing key, made once a test run: that takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk_of(key: rsa.RSAPrivateKey, **more) -> dict:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "use": "sig", "alg": "RS256", **more}


def without_missing(values: dict) -> dict:
    """The values as they are now: a function stands for what it returns, ``MISSING`` for nothing."""
    return {name: value() if callable(value) else value for name, value in values.items() if value is not MISSING}


def from_now(seconds: float) -> Callable[[], int]:
    return lambda: int(time.time() + seconds)


class Provider:
    """Answers correctly unless told otherwise.

    ``header`` and ``claims`` are those of the ID Token, ``userinfo`` those of the userinfo answer, ``nonce`` is that of
    the sign-in under way. ``answers`` maps a path to what is sent there instead, whole or by a function that sends
    bytes as it likes; ``headers`` to more headers of its answer. ``seen`` keeps (method, path, headers) of each
    request, ``forms`` the form that each brought, ``sent`` how many bytes of answers have left, and ``was_cut`` is set
    once somebody stopped listening.
    """

    def __init__(self, issuer: str, client_id: str):
        self.key = key_named("first")
        self.header = {"typ": "JWT", "alg": "RS256", "kid": "first"}
        self.nonce: str | object = MISSING
        self.claims = {
            "iss": issuer, "aud": client_id, "sub": "7", "iat": from_now(0), "exp": from_now(300),
            "at_hash": half_hash(ACCESS_TOKEN),
        }  # fmt: skip
        self.userinfo = {"sub": "7", "name": "carol", "email": "carol@example.org"}
        self.answers: dict[str, Answer | Callable[[Send], None]] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.seen: list[tuple[str, str, dict]] = []
        self.forms: list[dict[str, str]] = []
        self.is_closed = False
        self.sent, self.was_cut = 0, threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.is_closed = True
        self.server.shutdown()
        self.server.server_close()

    def asked_for(self, path: str) -> int:
        return [seen for _, seen, _ in self.seen].count(path)

    def signed(self, payload: dict | bytes, algorithm: str = "RS256", key: object = None, **header) -> str:
        """A JWS of any header, payload and algorithm, whether they fit each other or not."""
        payload = payload if isinstance(payload, bytes) else json.dumps(without_missing(payload)).encode()
        header = json.dumps(without_missing(self.header | header)).encode()
        signed = base64url_encode(header) + b"." + base64url_encode(payload)
        signature = get_default_algorithms()[algorithm].sign(signed, key or self.key)
        return (signed + b"." + base64url_encode(signature)).decode()

    def id_token(self) -> str:
        return self.signed({"nonce": self.nonce, **self.claims})

    def tokens(self) -> dict:
        return {"token_type": "Bearer", "access_token": ACCESS_TOKEN, "id_token": self.id_token()}

    def jwks(self) -> dict:
        return {"keys": [jwk_of(self.key, kid=self.header["kid"])]}

    def answer(self, path: str) -> Answer | Callable[[Send], None]:
        if path in self.answers:
            return self.answers[path]
        body = {TOKEN: self.tokens, JWKS: self.jwks, USERINFO: lambda: self.userinfo}[path]()
        return 200, json.dumps(body), "application/json"

    def handler(provider):
        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # a body would wait 40 ms for its headers to be acknowledged

            def do_GET(self):
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider.forms.append(dict(parse_qsl(form)))
                provider.seen.append((self.command, self.path, dict(self.headers)))
                answer = provider.answer(self.path)
                try:
                    answer(self.send) if callable(answer) else self.send_whole(*answer)
                except OSError:
                    provider.was_cut.set()

            do_POST = do_GET

            def send_whole(self, status: int, body: str | bytes, content_type: str) -> None:
                body = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
                for name, value in {**headers, **provider.headers.get(self.path, {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.send(body)

            def send(self, some: bytes) -> None:
                if provider.is_closed:
                    raise ConnectionAbortedError
                self.wfile.write(some)
                provider.sent += len(some)

            def log_message(self, *arguments):
                """Quiet: a test looks at ``seen``."""

        return Handler
