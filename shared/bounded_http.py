"""One HTTP exchange that ends in time and stays small, whatever the other side does. Needs ``requests`` only."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

NO_LINGER = struct.pack("ii", 1, 0)  # on, for no time: a reset instead of an orderly end


class NoAnswer(Exception):
    """``reason`` is one of unreachable, too_slow, broken_off and too_large; ``detail`` is for the developer."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Answer:
    """``content_type`` is without parameters and in lower case; ``headers`` know no case."""

    status: int
    headers: requests.structures.CaseInsensitiveDict
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


class OwnConnection(HTTPAdapter):
    """Keeps hold of the connection that it opens, so that somebody else can end it.

    It duplicates the socket: ``http.client`` and ``ssl`` drop their reference before the body ends.
    """

    duplicate: socket.socket | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self.observed(pool.ConnectionCls)
        return pool

    def observed(self, kind: Any) -> type:
        """The connections of that pool, of which this adapter knows the socket."""
        adapter = self

        class Connection(kind):
            def _new_conn(self):
                opened = super()._new_conn()
                adapter.duplicate = opened.dup()
                return opened

        return Connection

    def cut(self) -> None:
        if self.duplicate:
            with suppress(OSError):  # ended already
                self.duplicate.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Cut it, and let the last close tell the other side by a reset.

        Who waits for room to send would not notice an orderly end: the room never comes.
        """
        if self.duplicate:
            with suppress(OSError):  # ended already
                self.duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.cut()

    def close(self) -> None:
        super().close()
        self.cut()
        if self.duplicate:
            self.duplicate.close()


def request_to(url: str, method: str = "GET", address: str = "", **kwargs) -> requests.PreparedRequest:
    """A request for ``exchange``; ``kwargs`` as for ``requests.Request``.

    Connects to ``address`` (host and port), where one is given, and names the host of ``url`` in ``Host`` all the same:
    Python does not resolve ``*.localhost``, which browsers take for their own machine.
    """
    target = urlsplit(url)
    headers = {"Host": target.netloc, **kwargs.pop("headers", {})}
    connected = urlunsplit(target._replace(netloc=address or target.netloc))
    return requests.Request(method, connected, headers=headers, **kwargs).prepare()


def exchange(request: requests.PreparedRequest, connect: float, whole: float, most: int) -> Answer:
    """Send ``request`` and return the answer, of whatever status.

    Waits ``connect`` seconds for a connection and ``whole`` for the end of the answer, and reads at most ``most``
    bytes. Follows no redirect, decompresses nothing. Raises ``NoAnswer``.
    """
    adapter = OwnConnection()
    with at_most(whole, adapter) as is_over:
        try:
            # No session of requests: it would read a redirect to its end, and decompress it, even to follow none.
            with adapter.send(request, timeout=(connect, whole), stream=True) as response:
                body = read(response.raw, most + 1)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            if is_over() or is_timeout(error):
                raise NoAnswer("too_slow", f"no end after {whole} seconds") from error
            raise NoAnswer(reason_of(error), type(error).__name__) from error
    if is_over():
        raise NoAnswer("too_slow", f"no end after {whole} seconds")
    if len(body) > most:
        raise NoAnswer("too_large", f"more than {most} bytes")
    return Answer(response.status_code, response.headers, body)


def read(raw: urllib3.HTTPResponse, most: int) -> bytes:
    """So many bytes, or all that there are. Reads on after the last: only that tells it from an end too early."""
    body = b""
    while len(body) < most and (more := raw.read(most - len(body), decode_content=False)):
        body += more
    return body


@contextmanager
def at_most(seconds: float, adapter: OwnConnection) -> Iterator:
    """End the connection after that time, or at the end; yields a function that tells whether the time was over.

    The timeout of requests is one between two bytes: an answer of a byte a second would never end.
    """
    over, done = threading.Event(), threading.Event()

    def end() -> None:
        over.set()
        while not done.is_set():  # where the name took long to resolve, there is nothing to cut yet
            adapter.reset()
            done.wait(0.1)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield over.is_set
    finally:
        done.set()
        watch.cancel()
        adapter.close()


def is_timeout(error: Exception) -> bool:
    return isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError)


def reason_of(error: Exception) -> str:
    """``unreachable`` if no connection came about, ``broken_off`` if one ended too early."""
    cause = getattr(error.args[0] if error.args else None, "reason", None)  # urllib3's, within requests' own
    never_open = (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError)
    if isinstance(error, requests.exceptions.SSLError) or isinstance(cause, never_open):
        return "unreachable"
    return "broken_off"
