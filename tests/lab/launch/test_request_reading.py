"""Requests that stop in the middle, and those that are only slow."""

import socket
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn

import pytest

from lab.launch import request_reading
from lab.launch.http_server import HTTPServer


class ThreadedServer(ThreadingMixIn, HTTPServer):
    daemon_threads = True


@pytest.fixture
def bodies():
    """Those that have come to the application."""
    return []


@pytest.fixture
def connect(bodies):
    """A new connection to a server that answers what it was sent."""

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Length", str(len(bodies[-1])))])
        return [bodies[-1]]

    with ThreadedServer(("127.0.0.1", 0), None) as server:
        server.set_app(application)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

        @contextmanager
        def connect():
            with socket.create_connection(server.server_address, timeout=20) as connection:
                yield connection

        yield connect
        server.shutdown()


def answer_on(connection):
    """All that comes until the other side ends the connection."""
    return connection.makefile("rb").read().decode()


POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}"
HALF = {
    "in the first line": "GET / HT",
    "in the headers": "GET / HTTP/1.1\r\nHost: x\r\nAcc",
    "before the empty line": "GET / HTTP/1.1\r\nHost: x\r\n",
    "before the body": POST.format(5, ""),
    "in the body": POST.format(5, "val"),
}


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF)
def test_what_stops_in_the_middle_is_given_up_and_never_half_done(connect, bodies, monkeypatch, sent):
    monkeypatch.setattr(request_reading, "READ_TIMEOUT", 0.2)
    with connect() as connection:
        connection.sendall(sent.encode())
        assert answer_on(connection).startswith("HTTP/1.1 408 ")
    assert bodies == []


def test_what_drips_without_end_is_given_up_too(connect, bodies, monkeypatch):
    monkeypatch.setattr(request_reading, "REQUEST_TIMEOUT", 0.0)  # it is over when the second read begins
    with connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert answer_on(connection).startswith("HTTP/1.1 408 ")
    assert bodies == []


def test_a_connection_on_which_nothing_comes_ends_without_a_word(connect, capfd, monkeypatch):
    monkeypatch.setattr(request_reading, "READ_TIMEOUT", 0.1)
    with connect() as connection:
        assert answer_on(connection) == ""
    with connect() as connection:
        connection.sendall(POST.format(2, "ab").encode())
        assert answer_on(connection).endswith("\r\n\r\nab")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("piece", [1, 7, 64])
def test_what_comes_slowly_is_read_whole_and_so_is_the_next_request(connect, bodies, piece):
    with connect() as connection:
        for body in ("first", "second"):
            sent = POST.format(len(body), body).encode()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(sent), piece):
                connection.sendall(sent[start : start + piece])
        connection.shutdown(socket.SHUT_WR)
        answer_on(connection)
    assert bodies == [b"first", b"second"]


def test_a_body_that_ends_too_early_is_refused(connect, bodies):
    with connect() as connection:
        connection.sendall(POST.format(10, "value=long").encode()[:-4])
        connection.shutdown(socket.SHUT_WR)
        assert answer_on(connection).startswith("HTTP/1.1 400 ")
    assert bodies == []


def test_a_body_that_is_too_long_to_be_kept_is_read_by_the_application(connect, bodies, monkeypatch):
    monkeypatch.setattr(request_reading, "MAX_READ_WHOLE", 3)
    with connect() as connection:
        connection.sendall(POST.format(5, "value").encode())
        connection.shutdown(socket.SHUT_WR)
        assert answer_on(connection).endswith("value")
    assert bodies == [b"value"]
