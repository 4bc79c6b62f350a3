"""One HTTP exchange that ends in time and stays small, whatever the other side does. Needs ``certifi`` only."""

import io
import json
import os
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import certifi

PORTS = {"http": 80, "https": 443}  # by scheme (RFC 9110, section 4.2)
FORM = "application/x-www-form-urlencoded"
RETRY_PAUSE = 1.0  # seconds until it is tried again: a server that starts anew listens again soon
NO_LINGER = struct.pack("ii", 1, 0)  # on, for no time: a reset instead of an orderly end


class NoAnswer(Exception):
    """``reason`` is one of unreachable, too_slow, broken_off and too_large; ``detail`` is for the developer."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Request:
    """What to send; with a ``form``, that is its body.

    Connects to ``address`` (host and port), where one is given, and names the host of ``url`` all the same: that name
    need not be known here. Goes through the ``proxy`` (host and port) where one is named, and believes in TLS also the
    ``authorities`` (a file or a folder) where some are named.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    address: str = ""
    proxy: str = ""
    authorities: str = ""

    @cached_property
    def target(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        """Host and port, as the header of that name has them."""
        return self.target.netloc.rpartition("@")[2]

    @property
    def line_target(self) -> str:
        """Path and query, in the characters that a request line may have (RFC 9112, section 3.2.1)."""
        path, query = self.target.path or "/", self.target.query
        written = f"{path}?{query}" if query else path  # ``urlunsplit`` writes two more slashes before "//x"
        return quote(written, safe="!#$%&'()*+,/:;=?@[]~")

    @cached_property
    def body(self) -> bytes | None:
        return None if self.form is None else urlencode(self.form).encode()

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of who is asked. Raises ``ValueError`` if ``url`` is no address of http or https."""
        place = urlsplit(f"//{self.address}") if self.address else self.target
        if self.target.scheme not in PORTS or not self.target.hostname or not place.hostname:
            raise ValueError(f"no address: {self.url!r}")
        return place.hostname, place.port or PORTS[self.target.scheme]

    @property
    def next_hop(self) -> tuple[str, int]:
        """Host and port to connect to. Raises ``ValueError`` as ``place`` does, and for what is no proxy."""
        host, port = self.place
        if self.proxy:
            proxy = urlsplit(f"//{self.proxy}")
            host, port = proxy.hostname or "", proxy.port or 0
            if not host or not port:
                raise ValueError(f"no proxy: {self.proxy!r}")
        return host, port


@dataclass(frozen=True)
class Answer:
    """``content_type`` is without parameters and in lower case; ``headers`` know no case."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The decoded JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # no JSON, or nested deeper than Python reads
            return None


class Deadline:
    """The end of something that may take so many ``seconds`` from now."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.at = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.at

    @property
    def left(self) -> float:
        """Seconds until then. Raises ``TimeoutError`` if there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def or_else(self, reason: str) -> Iterator[None]:
        """Raise ``NoAnswer`` for what goes wrong within: ``too_slow`` if the time is over, else that ``reason``."""
        try:
            yield
        except (OSError, HTTPException, ValueError) as error:
            if self.is_over:
                raise NoAnswer("too_slow", f"no end after {self.seconds} seconds") from error
            raise NoAnswer(reason, name_of(error)) from error


def name_of(error: Exception) -> str:
    """Its type, and of a certificate also what is wrong with it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{type(error).__name__}: {error.verify_message}"
    return type(error).__name__


class Line(io.RawIOBase):
    """What ``http.client`` needs of a socket, with one deadline for all that it does.

    The timeout of a socket is one between two bytes: an answer of a byte a second would never end.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline):
        self.connection = connection
        self.deadline = deadline

    def tunnel(self, host: str, port: int) -> None:
        """Have the proxy at the other end connect to that host (RFC 9110, section 9.3.6)."""
        place = f"{f'[{host}]' if ':' in host else host}:{port}"
        self.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"))
        response = HTTPResponse(self, method="CONNECT")  # type: ignore[arg-type]
        response.begin()
        response.fp.detach()  # whoever closes it would close this line
        response.fp = None  # type: ignore[assignment]
        if response.status != 200:
            raise NoAnswer("unreachable", f"the proxy answers {response.status}")

    def secure(self, host: str, authorities: str) -> None:
        """Go on in TLS, with whoever proves to be that host."""
        secured = trust(authorities).wrap_socket(self.connection, server_hostname=host, do_handshake_on_connect=False)
        self.connection = secured
        secured.settimeout(self.deadline.left)
        secured.do_handshake()

    def sendall(self, some: bytes) -> None:
        self.connection.settimeout(self.deadline.left)
        self.connection.sendall(some)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connection.settimeout(self.deadline.left)
        return self.connection.recv_into(buffer)

    def readall(self) -> bytes:
        """Never: ``http.client`` would ask for it where a chunk says that its size is -1."""
        raise ValueError("without a limit")

    def close(self) -> None:
        """By a reset, if the time is over: who waits for room to send would not notice an orderly end."""
        if not self.closed and self.deadline.is_over:
            with suppress(OSError):  # ended already
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.connection.close()
        super().close()


def exchange(request: Request, connect: float, whole: float, most: int, tries: int = 1) -> Answer:
    """Send ``request`` and return the answer, of whatever status.

    Waits ``connect`` seconds for a connection and ``whole`` for the end of the answer. To look up a name counts, and
    cannot be cut short. Where no connection comes about, nothing was sent: that is tried ``tries`` times in all. Reads
    at most ``most`` bytes of a body; ``http.client`` reads a hundred headers of 64 KiB each. Follows no redirect,
    decompresses nothing, uses no proxy but the one that is named. Raises ``NoAnswer``; ``ValueError`` for a request
    that cannot be sent.
    """
    (host, port), message = request.next_hop, composed(request)
    deadline = Deadline(whole)
    with deadline.or_else("unreachable"):
        line = Line(connected_at_last(host, port, connect, deadline, tries), deadline)
    with line:
        if request.target.scheme == "https":
            with deadline.or_else("unreachable"):
                if request.proxy:
                    line.tunnel(*request.place)
                line.secure(request.target.hostname or "", request.authorities)
        with deadline.or_else("broken_off"):
            message.sock = line
            with suppress(BrokenPipeError):  # who has not heard everything may have answered
                message.endheaders(request.body)
            return answer_on(line, request.method, most)


def composed(request: Request) -> HTTPConnection:
    """A message without a connection yet. ``http.client`` refuses headers with more than one line in them."""
    message = HTTPConnection("")
    # A proxy that passes on plain http is told the whole address (RFC 9112, section 3.2.2).
    through = f"http://{request.host}" if request.proxy and request.target.scheme == "http" else ""
    message.putrequest(request.method, through + request.line_target, skip_host=True)
    # RFC 9110, sections 7.2 and 10.1.5; RFC 9112, section 9.6
    headers = {"Host": request.host, "User-Agent": "bounded_http", "Connection": "close"}
    if request.body is not None:
        headers |= {"Content-Type": FORM, "Content-Length": str(len(request.body))}
    for name, value in {**headers, **request.headers}.items():
        message.putheader(name, value)
    return message


def connected_at_last(host: str, port: int, seconds: float, deadline: Deadline, tries: int) -> socket.socket:
    """What the first of so many tries leads to that leads to a connection, each within so many seconds."""
    for _ in range(tries - 1):
        try:
            return connected(host, port, seconds, deadline)
        except OSError:
            if deadline.left < RETRY_PAUSE:
                raise
            time.sleep(RETRY_PAUSE)
    return connected(host, port, seconds, deadline)


def connected(host: str, port: int, seconds: float, deadline: Deadline) -> socket.socket:
    """A connection to the first address of that host where somebody accepts it, within so many seconds.

    Each address has an equal share of the time that is left: one that nobody answers leaves the next its own. Names
    that end in ``.localhost`` are this machine, as for browsers (RFC 6761, section 6.3): not every system says so.
    """
    known = "localhost" if host.endswith(".localhost") else host
    addresses = socket.getaddrinfo(known, port, type=socket.SOCK_STREAM)
    patience = Deadline(min(seconds, deadline.left))
    failed = None
    for tried, (*_, address) in enumerate(addresses):
        try:
            share = patience.left / (len(addresses) - tried)
            connection = socket.create_connection((str(address[0]), address[1]), share)
        except OSError as error:
            failed = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the form goes at once, as its headers do
            return connection
    raise failed or OSError("a name without an address")


def answer_on(line: Any, method: str, most: int) -> Answer:
    """What comes on that line. Raises as ``http.client`` does."""
    response = HTTPResponse(line, method=method)
    response.begin()
    check_lengths(response.headers)
    body = response.read(most + 1)
    if len(body) > most:
        raise NoAnswer("too_large", f"more than {most} bytes")
    if response.length:
        raise IncompleteRead(body, response.length)
    return Answer(response.status, response.headers, body)


def check_lengths(headers: HTTPMessage) -> None:
    """Refuse an answer that names two lengths (RFC 9112, section 6.3)."""
    lengths = ",".join(headers.get_all("Content-Length", [])).split(",")
    if len({length.strip() for length in lengths}) > 1:
        raise HTTPException("two lengths")


@cache
def trust(more: str = "") -> ssl.SSLContext:
    """In the authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR, which OpenSSL reads, and in those of
    REQUESTS_CA_BUNDLE, a file or a folder, or of certifi: some systems have none. In ``more``, too, where it is named.
    Raises ``NoAnswer``."""
    context = ssl.create_default_context()
    named = os.environ.get("REQUESTS_CA_BUNDLE")
    believe(context, named or certifi.where(), "REQUESTS_CA_BUNDLE" if named else "certifi")
    if more:
        believe(context, more, "settings")
    return context


def believe(context: ssl.SSLContext, bundle: str, whose: str) -> None:
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(bundle)
    except OSError as error:
        raise NoAnswer("unreachable", f"no authorities in {bundle} ({whose}): {type(error).__name__}") from error
