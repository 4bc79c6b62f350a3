"""Requests that are wrong somewhere: right ones, spoiled by a seeded random generator, as bytes for a connection."""

import random
import socket
from collections.abc import Iterator

HEAD = {
    "Host": "",
    "User-Agent": "Mozilla/5.0",
    "Accept": "text/html",
    "Cookie": "site_a_session=a; identity_session=b; site_b_session=c",
    "Origin": "",
    "Referer": "",
    "Sec-Fetch-Site": "same-origin",
    "traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
    "Authorization": "Bearer x",
    "Content-Type": "application/x-www-form-urlencoded",
    "If-None-Match": '"x"',
    "If-Modified-Since": "Mon, 30 Nov 2026 00:00:00 GMT",
    "Range": "bytes=0-",
    "Last-Event-ID": "1",
    "X-Forwarded-For": "127.0.0.1",
}
QUERIES = [
    "after", "next", "code", "state", "iss", "error", "visitor", "for",
    "then", "seen", "forgotten", "client_id", "redirect_uri", "prompt", "claims",
]  # fmt: skip
FIELDS = [
    "item", "name", "value", "language", "timeout", "visitor", "why", "saw",
    "sure", "logout_token", "grant_type", "code", "client_id", "request",
]  # fmt: skip
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "PRI", "GE T", ""]
PIECES = [
    b"\x00", b"\xff\xfe", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"%", b"%00", b"%zz", b"%ed%a0%80", b"%0d%0aX: y",
    b"\x1b[2J", "\u202e".encode(), b"=", b";", b"&", b"&" * 1500, b":", b" ", b"\t", b"/", b"//", b"/../", b"\\",
    b"?", b"#", b"@", b"'", b'"', b"<script>", b"{}", b"[" * 2000, b"9" * 5000, b"-1", b"1e400", b"NaN", b"None",
    b"a" * 5000, b"HTTP/1.1", b"..", b"http://evil.example/", b"javascript:x", b"%2f%2fevil.example",
    b"=?utf-8?q?=00?=", b"chunked", b"multipart/form-data",
]  # fmt: skip


def malformed(seed: int, number: int, netloc: str, addresses: list[str]) -> Iterator[bytes]:
    """That many, the same ones for the same seed, to one of the ``addresses`` of a server each."""
    chance = random.Random(seed)
    for _ in range(number):
        yield spoiled(chance, right(chance, netloc, chance.choice(addresses)))


def right(chance: random.Random, netloc: str, address: str) -> bytes:
    """A request that is well formed, but for a method now and then, and asks for nothing in particular."""
    method = chance.choice(METHODS) if chance.random() < 0.2 else chance.choice(["GET", "POST"])
    body = pairs(chance, FIELDS) if method == "POST" else b""
    kept = {name: value for name, value in HEAD.items() if name == "Host" or chance.random() < 0.5}
    kept |= {"Host": netloc} | {name: f"http://{netloc}" for name in ("Origin", "Referer") if name in kept}
    head = [f"{name}: {value}".encode() for name, value in kept.items()]
    if body:
        head.append(b"Content-Length: %d" % len(body))
    target = address.encode() + (b"?" + pairs(chance, QUERIES) if chance.random() < 0.5 else b"")
    return b"\r\n".join([b"%s %s HTTP/1.1" % (method.encode(), target), *head, b"", body])


def pairs(chance: random.Random, names: list[str]) -> bytes:
    chosen = chance.choices(names, k=chance.randrange(1, 4))
    return b"&".join(name.encode() + b"=" + chance.choice([*PIECES[6:12], b"x", b"1", b"/"]) for name in chosen)


def spoiled(chance: random.Random, request: bytes) -> bytes:
    """The request with one to three wounds."""
    for _ in range(chance.randrange(1, 4)):
        at, to = sorted(chance.choices(range(len(request) + 1), k=2))
        piece = chance.choice(PIECES)
        request = chance.choice(
            [
                request[:at] + piece + request[at:],  # something is put in
                request[:at] + request[to:],  # something is missing
                request[:to] + request[at:to] + request[to:],  # something comes twice
                request[:at] + bytes([chance.randrange(256)]) + request[at + 1 :],  # one byte is another
                spoiled_value(chance, request, piece),
            ]
        )
    return request


def spoiled_value(chance: random.Random, request: bytes, piece: bytes) -> bytes:
    """One line has that value, and all else is as it was."""
    lines = request.split(b"\r\n")
    at = chance.randrange(len(lines))
    lines[at] = lines[at].partition(b":")[0] + b": " + piece
    return b"\r\n".join(lines)


def answer_to(request: bytes, port: int) -> bytes:
    """All that comes back on a connection of its own, until the server closes it; at most the first 100,000 bytes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while len(received) < 100_000 and (part := connection.recv(65536)):
                received += part
        except TimeoutError:
            raise
        except OSError:  # it was refused, and the connection closed, before all of it had come
            pass
    return received
