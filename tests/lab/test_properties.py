"""What holds for any text that comes from outside, also for those that nobody thought of."""

import io
import json
import logging
import os
import re
import socket
import threading
from contextlib import closing, suppress
from http.client import parse_headers
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bounded_http import NoAnswer, Request, exchange
from lab import runs, servers
from lab.launch.http_server import why_refused
from lab.misbehaving import __main__ as misbehaving
from lab.staging.catalogue import asked_for
from lab.web.logs import WithoutSecrets
from tests.foreign_texts import JSON, LATIN, SECRETS, TEXTS
from text_comparison import MAX_QUOTED, MAX_SHOWN, compare, nearest_to, visible
from trace_context import journey_in, journey_of, traceparent

often = settings(max_examples=150)


# trace_context


@often
@given(header=TEXTS | LATIN)
def test_a_traceparent_names_a_journey_or_none(header):
    assert re.fullmatch("([0-9a-f]{32})?", journey_in(header))


@given(state=st.text())
def test_the_journey_of_a_state_comes_back_from_its_header(state):
    assert journey_in(traceparent(journey_of(state))) == journey_of(state)


# text_comparison


ADDRESSES = TEXTS | TEXTS.map(lambda text: f"http://site-a.localhost:8001/{text}") | TEXTS.map("https://{}".format)


@often
@given(expected=ADDRESSES | st.text(min_size=480, max_size=520), given=ADDRESSES)
def test_the_pieces_of_a_comparison_are_its_texts_again(expected, given):
    found = compare(expected, given)
    for pieces, text in ((found.expected, expected), (found.given, given)):
        assert "".join(piece.text for piece in pieces) == visible(text[:MAX_SHOWN])
    assert bool(found.differences) == (expected[:MAX_SHOWN] != given[:MAX_SHOWN]) or visible(expected) == visible(given)
    assert all(len(one.sentence) < 2 * MAX_QUOTED + 120 for one in found.differences)


@given(text=ADDRESSES, others=st.lists(ADDRESSES, max_size=4))
def test_the_text_itself_is_the_nearest_to_it(text, others):
    assert nearest_to(text, [*others, text]).size == 0


# bounded_http


class Server:
    """Answers each request with those bytes, and notes the request."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.answer, self.asked = b"", b""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.asked = connection.recv(65536)
                connection.sendall(self.answer)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture(scope="module")
def server():
    with closing(Server()) as server:
        yield server


LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 302\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\r\n",
        b"5\r\nabcde\r\n", b"-1\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"abcde", b"\x00" * 300,
        b"Location: /\r\n", b" folded\r\n", b": \r\n",
    ]
)  # fmt: skip


@often
@given(answer=st.lists(LINES | st.binary(max_size=30), max_size=8).map(b"".join))
@example(answer=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
def test_whatever_a_server_answers_it_is_an_answer_of_that_size_or_none(server, answer):
    server.answer = answer
    with suppress(NoAnswer):
        found = exchange(Request("GET", f"http://127.0.0.1:{server.port}/"), 5, 5, 100)
        assert len(found.body) <= 100
        found.content_type, found.json  # noqa: B018  neither raises


@often
@given(path=TEXTS)
def test_no_address_makes_more_than_one_line_of_a_request(server, path):
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    exchange(Request("GET", f"http://127.0.0.1:{server.port}/{path}"), 5, 5, 100)
    first, *headers = server.asked.split(b"\r\n")
    assert re.fullmatch(rb"GET /[!-~]* HTTP/1\.1", first)
    names = [b"Accept-Encoding", b"Host", b"User-Agent", b"Connection", b"", b""]
    assert [line.partition(b":")[0] for line in headers] == names


@often
@given(url=ADDRESSES | st.sampled_from(["http://[", "http://a:b", "http://a:99999", "//x", "http://\u2100"]))
def test_what_is_no_address_is_a_value_error(url):
    try:
        host, port = Request("GET", url).place
    except ValueError:
        return
    assert host
    assert 0 < port < 65536


# What the processes of the lab read


@often
@given(content=st.binary(max_size=100) | JSON.map(lambda said: json.dumps(said).encode()))
@example(content=b"[" * 100_000)
@example(content=b'{"number": 1e999}')
def test_whatever_run_json_says_there_is_a_run(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "run.json"
    file.write_bytes(content)
    with mock.patch.object(runs, "path", return_value=file), mock.patch.object(misbehaving, "RUN", str(file)):
        run = runs.read()
        assert isinstance(run.number, int)
        assert all(isinstance(one, str) for one in (run.scenario, run.stage, run.provider, *run.hosts.values()))
        assert misbehaving.is_wanted() in (True, False)


VARIABLES = TEXTS.filter(lambda text: "\x00" not in text)


@often
@given(value=VARIABLES | st.integers().map(str))
@example(value="٨٠٠٠")
@example(value="8000\n")
def test_lab_port_is_a_port_or_ends_the_process_with_one_line(value):
    with mock.patch.dict(os.environ, {"LAB_PORT": value}):
        assert ends_with_one_line(servers.first_port) or 1024 <= servers.first_port() <= 65000


@often
@given(value=VARIABLES)
@example(value="localhost\n")
def test_lab_domain_is_a_host_name_or_ends_the_process_with_one_line(value):
    with mock.patch.dict(os.environ, {"LAB_DOMAIN": value}):
        assert ends_with_one_line(servers.domain) or re.fullmatch("[a-z0-9.-]+", servers.domain())


@often
@given(value=VARIABLES | st.sampled_from(["cookie_clash:", "cookie_clash:path", "cookie_clash:x", ":"]))
def test_lab_scenario_is_a_stage_or_ends_the_process_with_one_line(value):
    if not ends_with_one_line(lambda: asked_for(value)):
        scenario, stage = asked_for(value)
        assert stage in scenario.stages


def ends_with_one_line(read) -> bool:
    """Whether it ends the process, and then with one line."""
    try:
        read()
    except SystemExit as end:
        return len(str(end).splitlines()) == 1
    return False


# What a server reads first of a request


@often
@given(lines=st.lists(st.sampled_from([b"Content-Length: 5", b"Content-Length:5", b"A: b"]) | st.binary(max_size=30)))
def test_headers_are_read_in_one_way_or_refused(lines):
    try:
        headers = parse_headers(io.BytesIO(b"\r\n".join([*lines, b"", b""])))
    except Exception:  # http.server answers these itself
        return
    if why_refused(headers) == "":
        assert len(headers.get_all("Content-Length", [])) <= 1
        assert headers.get("Content-Length", "0").isdigit()


@often
@given(line=TEXTS, secret=SECRETS, end=TEXTS)
@example(line="x" * 990 + " ", secret="x7QaB3cD5eF7gH9aB3cD5", end="")
def test_no_line_of_the_log_has_a_secret(line, secret, end):
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (f"{line} {secret} {end}",), None)
    said = WithoutSecrets("%(message)s").format(record)
    assert secret[:7] not in said
    assert "\n" not in said
