"""One HTTP exchange that ends in time and stays small, whatever the other side does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import requests
import urllib3
from requests.adapters import HTTPAdapter

from shared.relying_party.failures import SignInFailed


@dataclass(frozen=True)
class Answer:
    """``content_type`` is without parameters and in lower case; ``headers`` know no case."""

    status: int
    headers: requests.structures.CaseInsensitiveDict
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class OwnConnection(HTTPAdapter):
    """Remembers the connection that it opens, so that somebody else can end it."""

    connection: urllib3.connection.HTTPConnection | None = None

    def get_connection_with_tls_context(self, *args, **kwargs):
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        kind = pool.ConnectionCls

        def connect(*args, **kwargs):
            self.connection = kind(*args, **kwargs)
            return self.connection

        pool.ConnectionCls = connect
        return pool

    def cut(self) -> None:
        with suppress(OSError, AttributeError):  # closed already, or not yet open
            self.connection.sock.shutdown(socket.SHUT_RDWR)


def exchange(request: requests.PreparedRequest, connect: float, whole: float, most: int) -> Answer:
    """Send ``request`` and return the answer, of whatever status.

    Waits ``connect`` seconds for a connection and ``whole`` for the end of the answer, and reads at most ``most``
    bytes. Follows no redirect, decompresses nothing. Raises ``SignInFailed``.
    """
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc come between
        session.mount(request.url, adapter := OwnConnection())
        with at_most(whole, adapter) as is_over:
            try:
                with session.send(request, timeout=(connect, whole), stream=True, allow_redirects=False) as response:
                    body = response.raw.read(most + 1, decode_content=False)
            except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
                if is_over() or is_timeout(error):
                    raise SignInFailed("too_slow", f"no end after {whole} seconds") from error
                raise SignInFailed(reason_of(error), type(error).__name__) from error
    if is_over():
        raise SignInFailed("too_slow", f"no end after {whole} seconds")
    if len(body) > most:
        raise SignInFailed("too_large", f"more than {most} bytes")
    return Answer(response.status_code, response.headers, body)


@contextmanager
def at_most(seconds: float, adapter: OwnConnection) -> Iterator:
    """End the connection after that time; yields a function that tells whether that happened.

    The timeout of requests is one between two bytes: an answer of a byte a second would never end.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        adapter.cut()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield over.is_set
    finally:
        watch.cancel()


def is_timeout(error: Exception) -> bool:
    return isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError)


def reason_of(error: Exception) -> str:
    """``unreachable`` if no connection came about, ``broken_off`` if one ended too early."""
    cause = getattr(error.args[0] if error.args else None, "reason", None)  # urllib3's, within requests' own
    never_open = (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError)
    if isinstance(error, requests.exceptions.SSLError) or isinstance(cause, never_open):
        return "unreachable"
    return "broken_off"
