"""What each server does with bytes that no browser sends: it refuses them, and is not hurt."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.served import prepare, serve
from tests.browser.malformed import answer_to, malformed
from tests.processes import SERVERS

pytestmark = pytest.mark.slow

ADDRESSES = {
    "identity": """/ /accounts/login/ /accounts/logout/ /sessions/ /sessions/end/ /consents/ /session/ /session/reveal/
        /session/forget/ /identity/o/authorize /identity/o/api/token /identity/o/api/userinfo /identity/o/logout
        /identity/o/logout/decide /.well-known/openid-configuration /.well-known/jwks.json /static/lab.css /%ff/""",
    "site_a": """/ /shelf/ /begin/ /begin/value/ /values/ /values/own/ /values/language/ /values/timeout/ /session/
        /session/reveal/ /session/clear/ /session/forget/ /oidc/authenticate/ /oidc/callback/ /oidc/logout/
        /oidc/backchannel-logout/ /signed-out/ /static/lab.css /static/../settings.py""",
    "site_b": """/ /orders/ /cart/ /cart/add/ /cart/remove/ /session/ /session/reveal/ /session/forget/
        /oidc/authenticate/ /oidc/callback/ /oidc/logout/ /oidc/backchannel-logout/ /signed-out/""",
    "inspector": """/ /ladder/ /ladder/1/1/ /visitors/ /visitors/name/ /visitors/same/ /exchange/1/ /entries/1,2/
        /journey/0123456789abcdef0123456789abcdef/ /journal.json /journal.har /stream/session/ /scenarios/
        /scenarios.json /scenarios/cookie_clash/path/predict/ /attempts/1/look/ /first-steps/ /first-steps/closed/
        /start-over/ /export/ /glossary/ /browsers/""",
}
FORM = b"item=x&name=y"
# Of two readers, one may take what follows for the body, the other for the next request.
HIDDEN = b"GET /hidden/ HTTP/1.1\r\nHost: x\r\n\r\n"
IN_DOUBT = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a list of lengths": b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "no number": b"Content-Length: x\r\n\r\n" + HIDDEN,
    "a length and chunks": b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "a space before the colon": b"Content-Length : %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
}
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\nd\r\n%s\r\n0\r\n\r\n" % FORM + HIDDEN


@pytest.fixture(scope="module")
def started(start_once):
    return start_once()


def posted(lab, server: str, rest: bytes) -> bytes:
    netloc = lab.origin(server).removeprefix("http://")
    request = (
        f"POST / HTTP/1.1\r\nHost: {netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode() + rest
    )
    return answer_to(request, lab.port + SERVERS[server])


def statuses(answers: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", answers, re.MULTILINE)]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("rest", [*IN_DOUBT.values(), CHUNKED], ids=[*IN_DOUBT, "chunks"])
def test_a_request_whose_end_is_in_doubt_is_refused_and_the_connection_closed(started, server, rest):
    assert statuses(posted(started, server, rest)) == [400]


@pytest.mark.parametrize("server", SERVERS)
def test_one_whose_end_is_clear_leaves_the_connection_open_for_the_next(started, server):
    netloc = started.origin(server).removeprefix("http://").encode()
    following = b"Content-Length: 1\r\n\r\nxGET /nothing/ HTTP/1.1\r\nHost: " + netloc + b"\r\n\r\n"
    assert len(statuses(posted(started, server, following))) == 2


def test_gunicorn_refuses_them_too_and_reads_chunks_itself(cold_lab):
    prepare(cold_lab, "site_a")
    with serve(cold_lab, "site_a") as served:
        served.wait(cold_lab.origin("site_a").removeprefix("http://"))
        for what, rest in IN_DOUBT.items():
            assert len(said := statuses(posted(cold_lab, "site_a", rest))) == 1, what
            assert said[0] in (400, 501), what
        assert statuses(posted(cold_lab, "site_a", CHUNKED)) == [403, 400]  # no CSRF token, and a foreign host


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_no_malformed_request_is_a_fault_of_a_server(started, number):
    with ThreadPoolExecutor(len(SERVERS)) as each:
        found = list(each.map(lambda server: faults(started, server, number), SERVERS))
    assert found == [[]] * len(SERVERS)
    assert all(started.answers(server) for server in SERVERS)
    assert "Traceback" not in started.output


def faults(lab, server: str, number: int) -> list[bytes]:
    """The requests that were answered with a 5xx. 505 is none: one byte makes HTTP/1.1 another version."""
    netloc, port = lab.origin(server).removeprefix("http://"), lab.port + SERVERS[server]
    requests = malformed(19, number, netloc, ADDRESSES[server].split())
    return [one for one in requests if any(said >= 500 and said != 505 for said in statuses(answer_to(one, port)))]
