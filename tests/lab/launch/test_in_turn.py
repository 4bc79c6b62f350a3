"""What stands before two processes asks one after the other."""

import io
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lab.launch.in_turn import InTurn
from lab.staging.serving import PROXY, is_own


class Process(BaseHTTPRequestHandler):
    """Says who it is and what it was asked."""

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = b"%d %s %s %s" % (self.server.server_port, self.requestline.encode(), str(self.headers).encode(), body)
        self.send_response(201, "Made")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_POST = do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def ports():
    with ExitStack() as stack:
        servers = [stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Process)) for _ in range(2)]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.01,)).start()
            stack.callback(server.shutdown)
        yield [server.server_port for server in servers]


def asked(application, path="/", method="GET", body=b"", **environ):
    """Status, headers and text of what it answers."""
    said = []
    request = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": "text/plain",
        **environ,
    }
    (answer,) = application(request, lambda *arguments: said.append(arguments))
    ((status, headers),) = said
    return status, headers, answer.decode()


@pytest.fixture
def ask(ports):
    return partial(asked, InTurn(ports))


def test_each_page_comes_from_the_other_process_and_files_from_the_first(ask, ports):
    def who(path):
        return int(ask(path)[2].split()[0])

    first, second = ports
    assert [who("/"), who("/static/lab.css"), who("/who/"), who("/static/x"), who("/")] == [
        first, first, second, first, first,
    ]  # fmt: skip


def test_the_request_goes_on_as_it_came(ask):
    _, _, came = ask(
        "/caf\xc3\xa9 &/%/", "POST", b"x=1", QUERY_STRING="a=%20b&a", CONTENT_LENGTH="3", HTTP_HOST="b.localhost:8002",
        HTTP_COOKIE="s=1; t=2", HTTP_X_FORWARDED_PROTO="https", HTTP_CONNECTION="keep-alive",
    )  # fmt: skip
    assert "POST /caf%C3%A9%20&/%25/?a=%20b&a HTTP/1.1" in came
    assert "Host: b.localhost:8002" in came
    assert "Cookie: s=1; t=2" in came
    assert "Content-Type: text/plain" in came
    assert came.endswith("x=1")
    assert "X-Forwarded-Proto: http\n" in came
    assert "keep-alive" not in came


def test_over_https_the_process_is_told(ask):
    assert "X-Forwarded-Proto: https\n" in ask(**{"wsgi.url_scheme": "https"})[2]


def test_the_answer_comes_back_as_it_was_but_for_its_connection(ask):
    status, headers, _ = ask()
    assert status == "201 Made"
    assert [value for name, value in headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert {name for name, _ in headers} == {"Set-Cookie", "Content-Length"}


def test_of_a_head_the_length_is_said_and_nothing_else_comes(ask):
    _, headers, body = ask(method="HEAD")
    assert int(dict(headers)["Content-Length"]) > 0
    assert body == ""


def test_where_no_process_answers_it_says_so():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    status, _, body = asked(InTurn([port]))
    assert (status, body) == ("502 Bad Gateway", "No process answers.")


APPLICATION = """
import os

def application(environ, start_response):
    body = f"{os.getpid()} {environ['wsgi.url_scheme']}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture
def gunicorn(tmp_path):
    """Start two workers on one socket, and connect to it."""
    (tmp_path / "answering.py").write_text(APPLICATION)
    with ExitStack() as stack:

        def start(*options):
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--no-control-socket", *options]
            bound = ["--bind", f"fd://{listening.fileno()}", "--chdir", str(tmp_path), "answering:application"]
            running = subprocess.Popen(command + bound, pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL)
            stack.callback(running.wait)
            stack.callback(running.terminate)
            port = listening.getsockname()[1]
            return lambda asks_from="127.0.0.1": stack.enter_context(
                closing(HTTPConnection("127.0.0.1", port, timeout=30, source_address=(asks_from, 0)))
            )

        yield start


def asked_on(connection, **headers):
    connection.request("GET", "/", headers=headers)
    return connection.getresponse().read()


def test_of_two_workers_with_threads_one_has_all_requests_of_a_connection_that_is_kept(gunicorn):
    connection = gunicorn("--threads", "2")()
    connection.connect()
    kept = connection.sock
    assert len({asked_on(connection) for _ in range(20)}) == 1
    assert connection.sock is kept


def test_without_threads_a_worker_keeps_no_connection(gunicorn):
    connection = gunicorn()()
    asked_on(connection)
    assert connection.sock is None


def test_gunicorn_believes_a_proxy_on_its_own_machine_how_the_browser_came_and_no_other(gunicorn):
    connect = gunicorn()
    https = {"X-Forwarded-Proto": "https"}
    assert asked_on(connect(), **https).endswith(b" https")
    if not is_own(PROXY):
        pytest.skip("there is no second address")
    assert asked_on(connect(PROXY), **https).endswith(b" http")
