"""HTTP servers on loopback. They answer what a measurement tells them to, and remember what they were asked."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6

REQUEST_TIMEOUT = 20
PORTS = 2


@dataclass(frozen=True)
class Answer:
    body: str = ""
    set_cookies: Sequence[str] = ()
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    headers: Message

    @property
    def cookies(self) -> list[str]:
        """As they were sent, in this order: ``name=value``."""
        sent = self.headers["Cookie"]
        return sent.split("; ") if sent else []


class Web:
    """All hosts on all ports, by the whole address of a page. Whatever nobody has described is an empty page."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.forget()
        self.news = threading.Condition()

    def forget(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: dict[str, Request] = {}

    def take(self, url: str, headers: Message) -> Answer:
        with self.news:
            self.requests[url] = Request(headers)
            self.news.notify_all()
        return self.answers.get(url, Answer())

    def request(self, url: str) -> Request:
        """The newest request for that address, as soon as there is one."""
        with self.news:
            assert self.news.wait_for(lambda: url in self.requests, REQUEST_TIMEOUT), f"nobody asked for {url}"
            return self.requests[url]

    def first_of(self, *urls: str) -> str:
        """Which of these addresses is asked for, as soon as one is."""
        with self.news:
            assert self.news.wait_for(lambda: self.requests.keys() & urls, REQUEST_TIMEOUT), "nobody asked"
            return next(url for url in urls if url in self.requests)


class Server6(ThreadingHTTPServer):
    address_family = AF_INET6


@contextmanager
def serving() -> Iterator[Web]:
    """Two ports, each at 127.0.0.1 and at ::1: a browser may look for ``localhost`` at both."""
    web = Web()
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler_of(web)) for _ in range(PORTS)]
    web.ports = [server.server_port for server in servers]
    with suppress(OSError):  # a machine without IPv6 has no ::1
        servers += [Server6(("::1", port), handler_of(web)) for port in web.ports]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield web
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def handler_of(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = web.take(f"http://{self.headers['Host']}{self.path}", self.headers)
            with suppress(ConnectionError):  # the browser may have left
                self.send(answer)

        def send(self, answer: Answer) -> None:
            self.send_response(302 if answer.location else 200)
            for name, value in headers_of(answer):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """The browser says what came of it."""

    return Handler


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    headers = {"Content-Type": "text/html", "Content-Length": str(len(answer.body)), "Cache-Control": "no-store"}
    if answer.location:
        headers["Location"] = answer.location
    return [*(headers | answer.headers).items(), *(("Set-Cookie", cookie) for cookie in answer.set_cookies)]
