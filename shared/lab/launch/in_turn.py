"""A server as two processes of gunicorn, which answer in turn.

``gunicorn --workers 2`` has one socket, and the system says which of its processes takes a connection. Here each has a
socket of its own, as in two containers, and what stands before them asks one after the other: so one can say before
which process will answer.
"""

import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from urllib.parse import quote

from lab.launch import helpers
from lab.servers import LOOPBACK

PROCESSES = 2
FILES = "/static/"
TIMEOUT = 60.0  # seconds that a process may take for an answer
# A variable of this name is one of the system's, too; the others are about a connection, or are said anew.
OF_REQUEST = {"HTTP_PROXY", "HTTP_CONNECTION", "HTTP_X_FORWARDED_PROTO"}
OF_ANSWER = {"connection", "keep-alive", "transfer-encoding", "server", "date"}


class InTurn:
    """Ask the next process for each page, and always the first one for a file. A WSGI application (PEP 3333)."""

    def __init__(self, ports: Iterable[int]):
        self.first, *others = ports
        self.turns = cycle([self.first, *others])

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes]:
        port = self.first if environ["PATH_INFO"].startswith(FILES) else next(self.turns)
        try:
            status, headers, body = asked(port, environ)
        except (OSError, HTTPException):
            status, headers, body = "502 Bad Gateway", [("Content-Type", "text/plain")], b"No process answers."
        start_response(status, headers)
        return [body]


def asked(port: int, environ: dict) -> tuple[str, list[tuple[str, str]], bytes]:
    """What the process at that port answers. Raises ``OSError`` or ``HTTPException`` where that is nothing."""
    with closing(HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)) as connection:
        connection.putrequest(environ["REQUEST_METHOD"], target_of(environ), skip_host=True, skip_accept_encoding=True)
        for name, value in headers_of(environ):
            connection.putheader(name, value)
        connection.endheaders(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        answer = connection.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_ANSWER]
        return f"{answer.status} {answer.reason}", headers, answer.read()


def target_of(environ: dict) -> str:
    query = environ.get("QUERY_STRING")
    return quote(environ["PATH_INFO"], safe="/:@!$&'()*+,;=", encoding="latin-1") + (f"?{query}" if query else "")


def headers_of(environ: dict) -> Iterator[tuple[str, str]]:
    yield "X-Forwarded-Proto", environ["wsgi.url_scheme"]  # gunicorn believes it: it comes from this machine
    for name, value in environ.items():
        if name.startswith("HTTP_") and name not in OF_REQUEST:
            yield name.removeprefix("HTTP_").replace("_", "-").title(), value
    if environ.get("CONTENT_LENGTH"):
        yield "Content-Length", environ["CONTENT_LENGTH"]
        yield "Content-Type", environ["CONTENT_TYPE"]


def start() -> InTurn:
    """Both processes, with the settings of this one."""
    return InTurn([start_process() for _ in range(PROCESSES)])


def start_process() -> int:
    """Its port. It may be asked at once: who comes before it is ready waits."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        program = [sys.executable, "-m", "gunicorn", "--threads", "8", "--keep-alive", "0", "--log-level", "warning"]
        bound = ["--no-control-socket", "--bind", f"fd://{listening.fileno()}", "lab.web.wsgi:application"]
        helpers.start([*program, *bound], [listening.fileno()])
        return listening.getsockname()[1]
