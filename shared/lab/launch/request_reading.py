"""Reads requests, and waits for none of them for ever.

A request is read whole before anything is done for it: what stops in the middle holds a thread for some seconds, no
database, and is never half done. What is sent, streams too, has no time limit.
"""

import io
import socket
import time
from http import HTTPStatus
from typing import Any

from django.core.servers.basehttp import WSGIRequestHandler

READ_TIMEOUT = 10.0  # seconds until something more comes; also on a connection that waits for its next request
REQUEST_TIMEOUT = 30.0  # seconds from the first byte of a request to its last one
MAX_READ_WHOLE = 3_000_000  # bytes of a body; Django refuses a longer form without reading it


class GivenUp(ConnectionAbortedError):
    """The rest of a request has not come in time. Django takes it for what it is: nobody is there any more."""


class Incoming(io.RawIOBase):
    """What comes on a connection, as long as it comes in time. ``until`` is when the request must be there (by
    ``time.monotonic``); None between two requests."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.until: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        """Raises ``GivenUp``."""
        left = READ_TIMEOUT if self.until is None else min(READ_TIMEOUT, self.until - time.monotonic())
        try:
            self.connection.settimeout(max(left, 0.001))  # 0 would be: not at all
            return self.connection.recv_into(buffer)
        except TimeoutError:
            raise GivenUp from None
        finally:
            self.connection.settimeout(None)


class WholeRequestHandler(WSGIRequestHandler):
    connection: Any
    rfile: Any

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self.incoming = Incoming(self.connection)
        self.rfile = io.BufferedReader(self.incoming)

    def handle_one_request(self) -> None:
        """A request that is not there in time is answered with 408 (RFC 9110, 15.5.9), and the connection ends. One on
        which nothing came just ends."""
        self.close_connection = True
        self.raw_requestline, self.requestline, self.request_version, self.command = b"", "", "", ""
        connection, begun = self.rfile, b""
        try:
            begun = connection.peek(1)
            self.incoming.until = time.monotonic() + REQUEST_TIMEOUT
            super().handle_one_request()
        except GivenUp:
            if begun:
                self.send_error(HTTPStatus.REQUEST_TIMEOUT, "The rest of the request did not come in time")
        finally:
            self.rfile, self.incoming.until = connection, None

    def has_body(self) -> bool:
        """Whether all of the body is there, or it is too long to be read at once. Where not, that is answered."""
        length = int(self.headers.get("Content-Length", 0))
        if length > MAX_READ_WHOLE:
            return True
        body = self.rfile.read(length)
        if len(body) < length:
            self.send_error(HTTPStatus.BAD_REQUEST, "The body is shorter than its Content-Length")
            return False
        self.rfile = io.BytesIO(body)
        return True
