"""Answers that do not end, come in drops or break off: each ends in a page, soon, and without having been kept."""

import gzip
import itertools
import json
import socket
import ssl
import threading
import time
import tracemalloc
from contextlib import ExitStack, suppress

import pytest
from django.core.cache import cache

from bounded_http import trust
from lab.misbehaving.answers import JWKS, TOKEN, USERINFO, Answer
from tests.lab.test_bounded_http import made_in
from tests.page import text_of
from tests.relying_party.conftest import noted_by
from tests.relying_party.provider import Provider

pytestmark = pytest.mark.django_db

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
BOMB = gzip.compress(b" " * 50_000_000)
MEBIBYTE = 2**20
BUFFERS = 8 * MEBIBYTE  # what two sockets and what lies between them may hold, at the very most


def at_once(*pieces: bytes):
    return lambda send: send(b"".join(pieces))


def endless(start: bytes, again: bytes):
    def answer(send):
        send(start)
        for _ in itertools.repeat(None):
            send(again)

    return answer


def dripping(start: bytes, drop: bytes):
    def answer(send):
        send(start)
        for _ in range(1000):
            time.sleep(0.02)
            send(drop)

    return answer


def silent(send):
    time.sleep(3)


SLOW = {
    "nothing": silent,
    "a status line in drops": dripping(b"", b"H"),
    "headers in drops": dripping(OK + b"X: ", b"y"),
    "header after header": dripping(OK, b"X: y\r\n"),
    "a body in drops": dripping(OK + b"\r\n", b" "),
    "a body of a known length in drops": dripping(OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "chunks in drops": dripping(CHUNKED, b"1\r\n \r\n"),
    "one chunk in drops": dripping(CHUNKED + b"FFFF\r\n", b" "),
    "a redirect in drops": dripping(MOVED + b"\r\n", b" "),
    "an error in drops": dripping(b"HTTP/1.1 500 Oh\r\n\r\n", b" "),
    "do go on, do go on": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers without end": endless(CHUNKED + b"0\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("answer", SLOW)
def test_an_answer_that_takes_its_time_is_cut_off(come_back, refused, provider, settings, answer):
    settings.OIDC_TIMEOUT = (1, 0.3)
    provider.answers[TOKEN] = SLOW[answer]
    started = time.monotonic()
    response = come_back()
    assert time.monotonic() - started < 5  # it would be 20; and a busy machine takes its time, too
    refused(response, 504, "too_slow")
    assert answer == "nothing" or provider.was_cut.wait(5)


@pytest.mark.parametrize("path", [JWKS, USERINFO])
def test_that_holds_for_each_of_the_three_questions(come_back, refused, provider, settings, path):
    settings.OIDC_TIMEOUT = (1, 1)
    provider.answers[path] = SLOW["a body in drops"]
    response = come_back()
    refused(response, 504, "too_slow")
    assert f"{path}: no end after 1 seconds" in response.content.decode()
    assert provider.was_cut.wait(5)


def test_a_connection_that_nobody_accepts_is_given_up_at_the_first_of_the_two(come_back, refused, settings):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as waiting:
        for _ in range(8):  # more than its queue holds: who comes now hears nothing at all
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        settings.OIDC_TIMEOUT = (0.3, 5)
        settings.OIDC_OP_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        refused(come_back(), 502, "unreachable")  # at the second, it were too_slow


def test_time_runs_while_a_name_is_looked_up_too(come_back, refused, provider, settings, monkeypatch):
    settings.OIDC_TIMEOUT = (1, 0.3)
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *name, **more: time.sleep(0.6) or look_up(*name, **more))
    provider.answers[TOKEN] = SLOW["a body in drops"]  # has no end by itself
    refused(come_back(), 504, "too_slow")


def test_and_while_hands_are_shaken(come_back, refused, settings):
    def drip():
        connection, _ = server.accept()
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # a first message of 16 KiB begins
        with suppress(OSError):
            for _ in range(1000):
                time.sleep(0.02)
                connection.sendall(b"\x00")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, daemon=True).start()
        settings.OIDC_TIMEOUT = (1, 0.3)
        settings.OIDC_OP_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        settings.OIDC_OP_TOKEN_ENDPOINT = f"https://identity.localhost:8000{TOKEN}"
        started = time.monotonic()
        response = come_back()
        assert time.monotonic() - started < 5
        refused(response, 504, "too_slow")


SPACES = b" " * 65_536
ENDLESS = {
    "a body": (endless(OK + b"\r\n", SPACES), "too_large"),
    "a body of a gigabyte": (endless(OK + b"Content-Length: 1000000000\r\n\r\n", SPACES), "too_large"),
    "chunks": (endless(CHUNKED, b"10000\r\n" + SPACES + b"\r\n"), "too_large"),
    "a chunk of a gigabyte": (endless(CHUNKED + b"40000000\r\n", SPACES), "too_large"),
    "a redirect": (endless(MOVED + b"\r\n", SPACES), "too_large"),
    "a redirect, compressed": (endless(MOVED + b"Content-Encoding: gzip\r\n\r\n" + BOMB, SPACES), "too_large"),
    "an error": (endless(b"HTTP/1.1 500 Oh\r\n\r\n", SPACES), "too_large"),
    "one header": (endless(OK + b"X: ", SPACES), "broken_off"),
    "headers": (endless(OK, b"X: y\r\n" * 1000), "broken_off"),
    "the size of a chunk": (endless(CHUNKED, b"0" * 65_536), "broken_off"),
}


@pytest.mark.parametrize("answer", ENDLESS)
def test_an_answer_without_end_is_read_to_a_limit_and_no_further(come_back, refused, provider, settings, answer):
    provider.answers[TOKEN], reason = ENDLESS[answer]
    response, most_held = while_watching_memory(come_back)
    refused(response, 502, reason)
    assert provider.was_cut.wait(5)
    assert provider.sent < settings.OIDC_MAX_BYTES + BUFFERS
    assert most_held < 8 * MEBIBYTE


def test_long_headers_are_read_to_another_limit_that_is_pythons(come_back, refused, provider):
    line = b"X: " + b"y" * 65_000 + b"\r\n"
    provider.answers[TOKEN] = endless(OK, line)
    response, most_held = while_watching_memory(come_back)
    refused(response, 502, "broken_off")
    assert provider.sent < 101 * len(line) + BUFFERS
    assert most_held < 64 * MEBIBYTE


def while_watching_memory(act):
    """What ``act`` returns, and how many bytes were held at once meanwhile."""
    tracemalloc.start()
    try:
        return act(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("path", [TOKEN, JWKS, USERINFO])
def test_an_answer_of_the_largest_size_is_read_and_one_of_a_byte_more_is_not(
    client, come_back, refused, provider, settings, path
):
    padded, more = provider.answer, 1
    provider.answer = lambda asked, form: padded_to(settings.OIDC_MAX_BYTES + more, padded(asked, form), asked == path)
    response = come_back()
    refused(response, 502, "too_large")
    assert "OIDC_MAX_BYTES" in response.content.decode()
    cache.clear()
    more = 0
    assert come_back().status_code == 302


def padded_to(size: int, answer: Answer, is_wanted: bool) -> Answer:
    return answer._replace(body=answer.body.ljust(size)) if is_wanted else answer


BROKEN = {
    "nothing": (at_once(), "broken_off"),
    "half a status line": (at_once(b"HTTP/1."), "broken_off"),
    "another protocol": (at_once(b"SSH-2.0-OpenSSH_9.9\r\n"), "broken_off"),
    "a status that is none": (at_once(b"HTTP/1.1 abc\r\n\r\n{}"), "broken_off"),
    "half of the headers": (at_once(b"HTTP/1.1 200 OK\r\nContent-Ty"), "unreadable"),
    "headers alone": (at_once(OK, b"\r\n"), "unreadable"),
    "half a body": (at_once(OK, b'Content-Length: 100\r\n\r\n{"a": 1}'), "broken_off"),
    "half a chunk": (at_once(CHUNKED, b'ff\r\n{"a": 1}'), "broken_off"),
    "chunks without the last": (at_once(CHUNKED, b'8\r\n{"a": 1}\r\n'), "broken_off"),
    "a chunk of no size": (at_once(CHUNKED, b"zz\r\n{}"), "broken_off"),
    "a chunk of less than nothing": (at_once(CHUNKED, b"-5\r\n{}"), "broken_off"),
    "two lengths": (at_once(OK, b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "broken_off"),
    "less than no body": (at_once(OK, b"Content-Length: -2\r\n\r\n{}"), "unreadable"),
    "a redirect to what is no address": (at_once(b"HTTP/1.1 302 F\r\nLocation: http://[\xff\r\n\r\n"), "failed"),
    "a redirect to nowhere": (at_once(b"HTTP/1.1 302 F\r\n\r\n"), "failed"),
}


@pytest.mark.parametrize("answer", BROKEN)
def test_an_answer_that_breaks_off_or_is_none_ends_in_a_page(come_back, refused, provider, answer):
    provider.answers[TOKEN], reason = BROKEN[answer]
    refused(come_back(), 502, reason)


@pytest.mark.parametrize("path", [JWKS, USERINFO])
def test_half_an_answer_is_none_for_any_question(come_back, refused, provider, path):
    provider.answers[path], reason = BROKEN["half a body"]
    refused(come_back(), 502, reason)


@pytest.mark.parametrize(("length", "status"), [(b"abc", 302), (b"+0", 502), (b"9" * 5000, 302)])
def test_a_length_that_is_no_number_is_as_good_as_none(client, begin, provider, length, status):
    asked = begin()
    body = json.dumps(provider.tokens()).encode()
    provider.answers[TOKEN] = at_once(OK, b"Content-Length: ", length, b"\r\n\r\n", body)
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert response.status_code == status


@pytest.mark.parametrize("path", [TOKEN, JWKS, USERINFO])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-unknown", "gzip, gzip"])
def test_what_comes_compressed_although_nobody_asked_is_not_decompressed(come_back, refused, provider, path, coding):
    provider.answers[path] = (200, BOMB, "application/json")
    provider.headers[path] = {"Content-Encoding": coding}
    response, most_held = while_watching_memory(come_back)
    refused(response, 502, "unreadable")
    assert most_held < 8 * MEBIBYTE
    assert {headers["Accept-Encoding"] for _, _, headers in provider.seen} == {"identity"}


@pytest.mark.parametrize("status", [302, 500])
def test_nor_where_it_is_a_redirect_or_an_error(come_back, refused, provider, status):
    provider.answers[TOKEN] = (status, BOMB, "application/json")
    provider.headers[TOKEN] = {"Content-Encoding": "gzip", "Location": "/elsewhere"}
    response, most_held = while_watching_memory(come_back)
    refused(response, 502, "failed")
    assert most_held < 8 * MEBIBYTE


def test_a_redirect_is_not_followed(come_back, refused, provider):
    for status in (301, 302, 303, 307, 308):
        provider.answers[TOKEN] = (status, "", "text/html")
        provider.headers[TOKEN] = {"Location": f"http://{provider.address}/elsewhere"}
        refused(come_back(), 502, "failed")
    assert {path for _, path, _ in provider.seen} == {TOKEN}


def test_a_provider_that_is_down_ends_in_a_page(client, begin, refused, provider):
    query = {"code": "the-code", "state": begin()["state"]}
    provider.close()
    refused(client.get("/oidc/callback/", query), 502, "unreachable")


@pytest.mark.parametrize("path", [JWKS, USERINFO])
def test_a_provider_that_goes_down_in_the_middle_ends_in_a_page(come_back, refused, provider, path):
    answer = provider.answer

    def and_no_more(asked, form):
        body = answer(asked, form)
        if asked == {JWKS: TOKEN, USERINFO: JWKS}[path]:
            provider.server.shutdown()
            provider.server.server_close()
        return body

    provider.answer = and_no_more
    refused(come_back(), 502, "unreachable")


# Authorities of one's own, and a proxy.


@pytest.fixture
def at_home(settings, tmp_path, monkeypatch):
    """A provider with a certificate of an authority that only this company knows: the file of that authority."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    authority, certificate = made_in(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    provider = Provider(settings.OIDC_OP_ISSUER, settings.OIDC_RP_CLIENT_ID, context=context)
    settings.OIDC_OP_ADDRESS = provider.address
    for name, path in {"TOKEN": TOKEN, "USER": USERINFO, "JWKS": JWKS}.items():
        setattr(settings, f"OIDC_OP_{name}_ENDPOINT", f"https://site.localhost{path}")
    cache.clear()
    trust.cache_clear()
    yield provider, str(authority)
    provider.close()
    trust.cache_clear()


def come_back_to(client, provider):
    asked = noted_by(provider, client.get("/oidc/authenticate/"))
    return client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})


def test_an_authority_of_one_s_own_is_believed_if_a_setting_names_it(client, at_home, settings):
    provider, settings.OIDC_CA_BUNDLE = at_home
    assert come_back_to(client, provider).status_code == 302


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_or_one_of_the_usual_variables(client, at_home, monkeypatch, variable):
    provider, authority = at_home
    monkeypatch.setenv(variable, authority)
    assert come_back_to(client, provider).status_code == 302


def test_otherwise_the_page_says_what_is_wrong_with_it_and_what_to_set(client, at_home):
    provider, _ = at_home
    response = come_back_to(client, provider)
    page = text_of(response)
    assert response.status_code == 502
    assert "SSLCertVerificationError: unable to get local issuer certificate" in page
    assert "OIDC_CA_BUNDLE" in page
    assert not provider.seen


def test_a_proxy_that_is_named_gets_every_call(come_back, provider, settings):
    settings.OIDC_PROXY_ADDRESS = provider.address
    settings.OIDC_OP_ADDRESS = "127.0.0.1:9"  # where nobody is
    assert come_back().status_code == 302
    assert [path for _, path, _ in provider.seen] == [
        f"{settings.OIDC_OP_ISSUER}{path}" for path in (TOKEN, JWKS, USERINFO)
    ]
