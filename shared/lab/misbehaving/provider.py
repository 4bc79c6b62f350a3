"""A small OpenID Provider over real HTTP. It asks nobody for a password: everybody is carol."""

import base64
import functools
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Collection, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm, get_default_algorithms
from jwt.utils import base64url_encode

from lab.misbehaving.answers import (
    AUTHORIZE,
    END_SESSION,
    JWKS,
    MISSING,
    TOKEN,
    USERINFO,
    Answer,
    from_now,
    without_missing,
)
from lab.misbehaving.modes import WELL_BEHAVED, Key, Mode

ACCESS_TOKEN = "at"


@functools.cache
def key_named(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A signing key, made once a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk_of(key: rsa.RSAPrivateKey, **more: Any) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "use": "sig", "alg": "RS256", **more}


def half_hash(token: str) -> str:
    """``at_hash`` for RS256 (OpenID Connect Core, 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    server: "Server"
    disable_nagle_algorithm = True  # a body would wait 40 ms for its headers to be acknowledged

    def do_GET(self) -> None:
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(int(length) if length.isdecimal() else 0)
        try:
            self.answer(dict(parse_qsl(body.decode(errors="replace"))))
        except OSError:
            self.gave_up()

    do_POST = do_GET

    def do_HEAD(self) -> None:
        """Whether it is there, as one asks every server of the lab."""
        self.send_response(200)
        self.end_headers()

    def answer(self, form: Mapping[str, str]) -> None:
        """Raises ``OSError`` where nobody listens any more."""
        self.send_whole(self.server.provider.answer(self.path, form))

    def send_whole(self, answer: Answer) -> None:
        body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
        self.send_response(answer.status)
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(body))}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.send(body)

    def send(self, some: bytes) -> None:
        self.wfile.write(some)

    def gave_up(self) -> None:
        """Whoever asked does not listen any more."""

    def log_message(self, *arguments: object) -> None:
        """Quiet: the terminal is for what happens at the three servers."""


class Server(ThreadingHTTPServer):
    def __init__(self, at: tuple[str, int], handler: type[Handler], provider: "Provider", context: SSLContext | None):
        super().__init__(at, handler)
        self.provider = provider
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class Provider:
    """Answers correctly, but for what its ``mode`` says.

    ``header`` and ``claims`` are those of the ID Token, ``userinfo`` those of the userinfo answer. ``answers`` maps a
    path to what is said there instead. A browser is sent to the addresses of ``leads_to`` and to no other. Listens
    ``at`` that address and port; at any free one, if it is 0. Speaks https with that ``context``, http without one.
    """

    handler = Handler

    def __init__(
        self,
        issuer: str,
        client_id: str,
        mode: Mode = WELL_BEHAVED,
        leads_to: Collection[str] = (),
        at: tuple[str, int] = ("127.0.0.1", 0),
        context: SSLContext | None = None,
    ):
        self.issuer, self.mode, self.leads_to = issuer, mode, leads_to
        self.header: dict[str, Any] = {"typ": "JWT", "alg": "RS256"}
        self.later_keys = list(mode.keys)
        self.sign_with(self.later_keys.pop(0))
        self.header |= mode.header
        self.claims: dict[str, Any] = {
            "iss": issuer, "aud": client_id, "sub": "7", "iat": from_now(0), "exp": from_now(300),
            "at_hash": half_hash(ACCESS_TOKEN), **mode.claims,
        }  # fmt: skip
        self.userinfo = {"sub": "7", "name": "carol", "email": "carol@example.org", **mode.userinfo}
        self.answers: dict[str, Any] = dict(mode.answers)
        self.nonces: dict[str, str] = {}  # of each code, that of the request which it answers
        self.closed = threading.Event()
        self.server = Server(at, self.handler, self, context)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()

    def sign_with(self, key: Key) -> None:
        self.key = key_named(key.name)
        self.header["kid"] = key.kid

    def answer(self, path: str, form: Mapping[str, str]) -> Answer:
        asked = urlsplit(path)
        given = self.answers.get(asked.path)
        if given:
            return given
        found = ENDPOINTS.get(asked.path)
        return found(self, {**dict(parse_qsl(asked.query)), **form}) if found else Answer(404, "Nothing is here.")

    def authorize(self, asked: Mapping[str, str]) -> Answer:
        """Sends the browser back at once, with a code (OpenID Connect Core, 3.1.2.5)."""
        code = secrets.token_urlsafe(16)
        self.nonces[code] = asked.get("nonce", "")
        said = {**(self.mode.back or {"code": code}), "iss": self.issuer}
        return self.sent_back(asked.get("redirect_uri", ""), asked, said)

    def end_session(self, asked: Mapping[str, str]) -> Answer:
        """It keeps no session, so there is none to end (OpenID Connect RP-Initiated Logout 1.0, 3)."""
        return self.sent_back(asked.get("post_logout_redirect_uri", ""), asked, {})

    def sent_back(self, target: str, asked: Mapping[str, str], said: Mapping[str, str]) -> Answer:
        if target not in self.leads_to:
            return Answer(400, f"I send nobody there: {target[:200]}")
        state = {"state": asked["state"]} if "state" in asked else {}
        return Answer(302, "", headers={"Location": f"{target}?{urlencode({**said, **state})}"})

    def give_tokens(self, asked: Mapping[str, str]) -> Answer:
        self.closed.wait(self.mode.waits)
        return as_json(self.tokens(asked.get("code", "")))

    def publish(self, asked: Mapping[str, str]) -> Answer:
        published = self.jwks()
        if self.later_keys:
            self.sign_with(self.later_keys.pop(0))
        return as_json(published)

    def tell(self, asked: Mapping[str, str]) -> Answer:
        return as_json(self.userinfo)

    def tokens(self, code: str = "") -> dict[str, str]:
        return {"token_type": "Bearer", "access_token": ACCESS_TOKEN, "id_token": self.id_token(code)}

    def id_token(self, code: str = "") -> str:
        return self.signed({"nonce": self.nonce_of(code), **self.claims}, self.mode.algorithm)

    def nonce_of(self, code: str) -> object:
        return self.nonces.get(code, MISSING)

    def jwks(self) -> dict[str, Any]:
        one = self.mode.publishes
        key, kid = (key_named(one.name), one.kid) if one else (self.key, self.header["kid"])
        return {"keys": [jwk_of(key, kid=kid)]}

    def signed(
        self, payload: Mapping[str, Any] | bytes, algorithm: str = "RS256", key: object = None, **header: Any
    ) -> str:
        """A JWS of any header, payload and algorithm, whether they fit each other or not."""
        content = payload if isinstance(payload, bytes) else json.dumps(without_missing(payload)).encode()
        head = json.dumps(without_missing(self.header | header)).encode()
        signed = base64url_encode(head) + b"." + base64url_encode(content)
        signature = get_default_algorithms()[algorithm].sign(signed, key or self.key)
        return (signed + b"." + base64url_encode(signature)).decode()


def as_json(said: Mapping[str, Any]) -> Answer:
    return Answer(200, json.dumps(said), "application/json")


ENDPOINTS: dict[str, Callable[[Provider, Mapping[str, str]], Answer]] = {
    AUTHORIZE: Provider.authorize,
    TOKEN: Provider.give_tokens,
    JWKS: Provider.publish,
    USERINFO: Provider.tell,
    END_SESSION: Provider.end_session,
}
