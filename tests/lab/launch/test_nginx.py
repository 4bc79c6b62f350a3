"""nginx before a server, itself: what it says, and what it answers for it."""

import socket
import ssl
import threading
from contextlib import closing
from dataclasses import replace
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lab import certificates, runs
from lab.launch import helpers, nginx
from lab.scenarios.behind_a_proxy import CHAIN, SCHEME
from lab.servers import SITE_B
from lab.staging.serving import PROXY, is_own
from lab.staging.serving import nginx as program


class Behind(BaseHTTPRequestHandler):
    """Says what it was asked, and from where."""

    def do_GET(self):
        answer = f"{self.client_address[0]} {self.requestline}\n{self.headers}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def behind():
    with ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def server(monkeypatch):
    """Site B, on a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return replace(SITE_B, port=free.getsockname()[1])


@pytest.fixture
def ask(behind, server, monkeypatch, state_without_runs):
    """What is answered, over https, with these headers of the browser's own."""
    if not program() or not is_own(PROXY):
        pytest.skip("there is no nginx, or no second address")
    monkeypatch.setattr(helpers, "started", [])
    certificates.make_what_is_missing()
    runs.begin("behind_a_proxy", "first", {})
    assert nginx.start(server, behind, (SCHEME, CHAIN))
    trusted = ssl.create_default_context(cafile=str(certificates.AUTHORITY))

    def ask(path="/", **headers):
        with closing(HTTPSConnection("localhost", server.port, context=trusted)) as connection:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.headers, answer.read().decode()

    yield ask
    for one in helpers.started:
        one.stdin.close()
        one.wait()


def test_it_asks_over_http_from_an_address_of_its_own_and_says_how_the_browser_came(ask, server):
    _, asked = ask("/who/?a=b", Cookie="s=1")
    assert asked.startswith(f"{PROXY} GET /who/?a=b")
    assert f"Host: localhost:{server.port}" in asked
    assert "X-Forwarded-Proto: https" in asked
    assert "Cookie: s=1" in asked


def test_what_a_browser_says_of_its_scheme_is_replaced_and_of_addresses_added_to(ask):
    _, asked = ask(X_Forwarded_Proto="http", X_Forwarded_For="192.0.2.1")
    assert asked.count("X-Forwarded-Proto") == 1
    assert "X-Forwarded-Proto: https" in asked
    (chain,) = (line for line in asked.splitlines() if line.startswith("X-Forwarded-For"))
    assert chain in ("X-Forwarded-For: 192.0.2.1, 127.0.0.1", "X-Forwarded-For: 192.0.2.1, ::1")


def test_when_a_run_begins_it_forgets_a_browser_and_leads_on_for_the_server(ask):
    headers, body = ask("/session/forget/?then=scenario")
    assert headers["Clear-Site-Data"] == '"cookies"'
    assert headers["Refresh"].endswith("/start-over/?forgotten=yes&then=scenario")
    assert headers["Cache-Control"] == "no-store"
    assert body == '<link rel="icon" href="data:,">'  # a browser asks for no other icon, which would be recorded


@pytest.mark.parametrize("path", ["/session/forget/", "/session/forget/?then=keep", "/?then=scenario"])
def test_and_not_otherwise(ask, path):
    assert f"GET {path} HTTP" in ask(path)[1]


def test_where_it_does_not_start_nobody_waits_for_ever(server, monkeypatch, state_without_runs):
    runs.begin("behind_a_proxy", "first", {})
    monkeypatch.setattr(nginx, "START_TIMEOUT", 0)
    monkeypatch.setattr(helpers, "start", lambda command: None)
    assert not nginx.start(server, 1, ())
