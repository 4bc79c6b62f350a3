"""An exchange with servers that do as they like. What a sign-in makes of it is in ``relying_party.test_transport``."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha1

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import bounded_http
from bounded_http import NoAnswer, Request, exchange, trust

OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
MUCH = {"much": "m" * 30_000_000}  # more than two sockets hold
FOR_A_WHILE = 20  # seconds: longer than any exchange here


def heard(connection: socket.socket) -> bytes:
    """The line and the headers of a request, and what came with them."""
    some = b""
    while b"\r\n\r\n" not in some and (more := connection.recv(65_536)):
        some += more
    return some


@contextmanager
def serving(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Where ``serve`` gets each connection in turn."""

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def answered(some: bytes) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(some)

    return serve


def failure_of(request: Request, whole: float = 0.3, connect: float = 30) -> str:
    """The reason for which there was no answer, and that it was told in time."""
    started = time.monotonic()
    with pytest.raises(NoAnswer) as failure:
        exchange(request, connect, whole, 1000)
    assert time.monotonic() - started < min(whole, connect) + 4  # a busy machine takes its time, too
    return failure.value.reason


# The deadline, in each part of an exchange.


def resolve(monkeypatch, name: str, *addresses: tuple[str, int]) -> None:
    """Let that name have those addresses."""
    look_up = socket.getaddrinfo
    found = [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **named: found if host == name else look_up(host, *more, **named)
    )


@contextmanager
def swallowing() -> Iterator[tuple[str, int]]:
    """Where whoever comes hears nothing at all."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as waiting:
        for _ in range(8):  # more than its queue holds
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield server.getsockname()


def test_a_name_that_ends_in_localhost_is_this_machine(monkeypatch):
    """RFC 6761, section 6.3. Not every system says so."""
    known = socket.getaddrinfo

    def resolved(host, *args, **kwargs):
        if host.endswith(".localhost"):
            raise socket.gaierror("Name or service not known")
        return known(host, *args, **kwargs)

    monkeypatch.setattr(bounded_http.socket, "getaddrinfo", resolved)
    with serving(answered(WHOLE)) as place:
        port = place.partition(":")[2]
        assert exchange(Request("GET", f"http://op.localhost:{port}/"), 1, 1, 100).status == 200


def test_a_host_with_many_addresses_has_no_more_time_than_one(monkeypatch):
    with swallowing() as silent:
        resolve(monkeypatch, "many.example", *[silent] * 50)
        to = Request("GET", "http://many.example/")
        assert failure_of(to, whole=60, connect=0.3) == "unreachable"
        assert failure_of(to, whole=0.3, connect=60) == "too_slow"


def test_the_next_address_is_tried_where_nobody_is_at_the_first(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()
    with serving(answered(WHOLE)) as address:
        host, _, port = address.partition(":")
        resolve(monkeypatch, "two.example", nobody, (host, int(port)))
        assert exchange(Request("GET", "http://two.example/"), 5, 5, 1000).body == b"{}"


def test_the_last_address_has_time_left_where_the_others_swallow_what_comes(monkeypatch):
    with swallowing() as silent, serving(answered(WHOLE)) as address:
        host, _, port = address.partition(":")
        resolve(monkeypatch, "three.example", silent, silent, (host, int(port)))
        assert exchange(Request("GET", "http://three.example/"), 1, 30, 1000).body == b"{}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing(scheme):
    with serving(lambda connection: time.sleep(FOR_A_WHILE)) as address:
        assert failure_of(Request("GET", f"{scheme}://site.localhost/", address=address)) == "too_slow"


def test_a_form_that_is_never_taken():
    with serving(lambda connection: time.sleep(FOR_A_WHILE)) as address:
        assert failure_of(Request("POST", "http://site.localhost/", form=MUCH, address=address)) == "too_slow"


def test_a_form_that_is_taken_in_drops():
    def serve(connection: socket.socket) -> None:
        while connection.recv(100):
            time.sleep(0.01)

    with serving(serve) as address:
        assert failure_of(Request("POST", "http://site.localhost/", form=MUCH, address=address)) == "too_slow"


def test_who_sends_more_than_is_read_is_told_by_a_reset():
    told = threading.Event()

    def serve(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        except ConnectionError:
            told.set()

    with serving(serve) as address:
        assert failure_of(Request("POST", "http://site.localhost/", form=MUCH, address=address)) == "too_slow"
        assert told.wait(5)


# Another try, where nothing was sent.


@pytest.fixture
def refused_at_first(monkeypatch):
    """Nobody accepts the first connection. Returns the list of all that were tried."""
    tried: list[tuple[str, int]] = []
    connect = bounded_http.connected

    def connected(host, port, seconds, deadline):
        tried.append((host, port))
        if len(tried) == 1:
            raise ConnectionRefusedError
        return connect(host, port, seconds, deadline)

    monkeypatch.setattr(bounded_http, "connected", connected)
    return tried


def test_a_connection_that_nobody_accepted_is_tried_again_where_asked(refused_at_first, monkeypatch):
    monkeypatch.setattr(bounded_http, "RETRY_PAUSE", 0.01)
    with serving(answered(WHOLE)) as address:
        request = Request("GET", "http://site.localhost/", address=address)
        assert exchange(request, 5, 5, 1000, tries=2).body == b"{}"
    assert len(refused_at_first) == 2


def test_and_is_not_where_it_is_not_asked(refused_at_first):
    with serving(answered(WHOLE)) as address:
        assert failure_of(Request("GET", "http://site.localhost/", address=address), whole=5) == "unreachable"
    assert len(refused_at_first) == 1


def test_nor_where_there_is_no_time_for_it(refused_at_first):
    request = Request("GET", "http://site.localhost/", address="127.0.0.1:9")
    with pytest.raises(NoAnswer) as failure:
        exchange(request, 5, bounded_http.RETRY_PAUSE / 2, 1000, tries=2)
    assert failure.value.reason == "unreachable"
    assert len(refused_at_first) == 1


def test_what_was_sent_is_never_sent_again():
    requests: list[bytes] = []
    with serving(lambda connection: requests.append(heard(connection))) as address, pytest.raises(NoAnswer) as failure:
        exchange(Request("POST", "http://site.localhost/", form={"code": "c"}, address=address), 5, 5, 1000, tries=2)
    assert failure.value.reason == "broken_off"
    assert len(requests) == 1


# What is sent.


@pytest.mark.parametrize(
    ("target", "written"),
    [("/a b/é?q=%20ü#part", "/a%20b/%C3%A9?q=%20%C3%BC"), ("//logout?#part", "//logout"), ("?q", "/?q")],
)
def test_a_request_is_whole(target, written):
    requests: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        requests.append(heard(connection))
        connection.sendall(WHOLE)

    with serving(serve) as address:
        url = f"http://me:secret@site.localhost:81{target}"
        answer = exchange(Request("POST", url, {"X-Y": "z"}, {"a": "ä &"}, address), 5, 5, 1000)
    assert (answer.status, answer.json, answer.content_type) == (200, {}, "")
    line, *headers = requests[0].decode().partition("\r\n\r\n")[0].split("\r\n")
    assert line == f"POST {written} HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity", "Connection: close", "Content-Length: 12",
        "Content-Type: application/x-www-form-urlencoded", "Host: site.localhost:81", "User-Agent: bounded_http",
        "X-Y: z",
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X": "a\nb"}, {"X\r\nY": "b"}, {"X:": "b"}, {"X": "…"}])
def test_no_value_adds_a_header(headers):
    with pytest.raises(ValueError, match=r"header|latin-1"):  # before anybody is asked
        exchange(Request("GET", "http://site.localhost/", headers, address="127.0.0.1:9"), 5, 5, 1000)


@pytest.mark.parametrize(
    "url", ["", "site", "/x", "http://", "http:///x", "ftp://site/", "http://site:x/", "http://[/"]
)
def test_what_is_no_address_is_not_asked(url):
    with pytest.raises(ValueError, match=r"address|Port|IPv6"):
        exchange(Request("GET", url), 5, 5, 1000)


@pytest.mark.parametrize("host", ["a\0b", "a" * 70, ".", "nobody.invalid"])
def test_a_name_that_nobody_can_have_is_unreachable(host):
    assert failure_of(Request("GET", f"http://{host}/"), whole=30) == "unreachable"


# What comes back.


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b" " * 1_000_000,
        OK + b"Content-Length: 2, 3\r\n\r\n{}",
        OK + b"Content-Length: 3\r\n\r\n{}",
        OK + b"X: y\r\n" * 101 + b"\r\n",
    ],
)
def test_an_answer_that_is_none_is_broken_off(answer):
    with serving(answered(answer)) as address:
        assert failure_of(Request("GET", "http://site.localhost/", address=address), whole=30) == "broken_off"


def test_the_same_length_twice_is_one():
    with serving(answered(OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}and more")) as address:
        assert exchange(Request("GET", "http://site.localhost/", address=address), 5, 5, 1000).body == b"{}"


def test_the_answer_to_head_has_no_body():
    with serving(answered(OK + b"Content-Length: 1000000\r\n\r\n")) as address:
        answer = exchange(Request("HEAD", "http://site.localhost/", address=address), 5, 5, 1000)
    assert (answer.status, answer.body) == (200, b"")


def test_an_answer_that_came_before_the_form_was_taken_counts():
    def serve(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(b"HTTP/1.1 413 Too much\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)

    with serving(serve) as address:
        answer = exchange(Request("POST", "http://site.localhost/", form=MUCH, address=address), 5, 20, 1000)
    assert answer.status == 413


# Whom it believes.

ISSUER = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """An authority of one's own, with a certificate for ``site.localhost``: (its file, that of the server)."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    trust.cache_clear()
    yield made_in(tmp_path)
    trust.cache_clear()


def made_in(folder):
    own, servers = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    start = (
        x509.CertificateBuilder()
        .issuer_name(ISSUER)
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
    )
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    of_authority = (
        start.subject_name(ISSUER).public_key(own.public_key()).serial_number(1)
        .add_extension(x509.BasicConstraints(True, None), True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False)
        .sign(own, hashes.SHA256())
    )  # fmt: skip
    of_server = (
        start.subject_name(x509.Name([])).public_key(servers.public_key()).serial_number(2)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.localhost")]), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), False)
        .sign(own, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    key = servers.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(of_authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(of_server.public_bytes(pem) + key)
    return folder / "authority.pem", folder / "server.pem"


def in_tls(certificate, serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with context.wrap_socket(connection, server_side=True) as secured:
        serve(secured)


def test_an_authority_that_nobody_has_named_is_not_believed(authority):
    _, certificate = authority
    with serving(partial(in_tls, certificate, answered(WHOLE))) as address:
        request = Request("GET", "https://site.localhost/", address=address)
        with pytest.raises(NoAnswer) as failure:
            exchange(request, 5, 5, 1000)
    assert (failure.value.reason, failure.value.detail) == (
        "unreachable",
        "SSLCertVerificationError: unable to get local issuer certificate",
    )


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_one_that_a_variable_names_is_believed_for_the_host_of_the_url(authority, monkeypatch, variable):
    own, certificate = authority
    monkeypatch.setenv(variable, str(own))
    with serving(partial(in_tls, certificate, answered(WHOLE))) as address:
        assert exchange(Request("GET", "https://site.localhost/", address=address), 5, 5, 1000).body == b"{}"
        assert failure_of(Request("GET", "https://other.localhost/", address=address), whole=30) == "unreachable"


def test_the_variable_may_name_a_folder_of_authorities(authority, monkeypatch, tmp_path):
    own, certificate = authority
    folder = tmp_path / "authorities"
    folder.mkdir()
    own.rename(folder / name_in_a_folder(ISSUER))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    with serving(partial(in_tls, certificate, answered(WHOLE))) as address:
        assert exchange(Request("GET", "https://site.localhost/", address=address), 5, 5, 1000).body == b"{}"


def name_in_a_folder(authority: x509.Name) -> str:
    """The one under which OpenSSL looks for that authority, as ``openssl rehash`` gives it: a hash of its name."""
    return f"{int.from_bytes(sha1(authority.public_bytes()[2:]).digest()[:4], 'little'):08x}.0"


@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_authorities_that_cannot_be_read_are_named_and_read_once_they_can(authority, monkeypatch, tmp_path, content):
    own, certificate = authority
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with serving(partial(in_tls, certificate, answered(WHOLE))) as address:
        request = Request("GET", "https://site.localhost/", address=address)
        with pytest.raises(NoAnswer) as failure:
            exchange(request, 5, 5, 1000)
        assert failure.value.reason == "unreachable"
        assert f"no authorities in {bundle} (REQUESTS_CA_BUNDLE)" in failure.value.detail
        own.rename(bundle)
        assert exchange(request, 5, 5, 1000).body == b"{}"


def test_one_that_the_request_names_is_believed_by_that_request_alone(authority):
    own, certificate = authority
    with serving(partial(in_tls, certificate, answered(WHOLE))) as address:
        request = Request("GET", "https://site.localhost/", address=address)
        assert exchange(replace(request, authorities=str(own)), 5, 5, 1000).body == b"{}"
        assert failure_of(request, whole=30) == "unreachable"


def test_authorities_of_a_request_that_cannot_be_read_are_named(authority, tmp_path):
    request = Request("GET", "https://site.localhost/", address="127.0.0.1:9", authorities=str(tmp_path / "none.pem"))
    with serving(answered(WHOLE)) as address, pytest.raises(NoAnswer) as failure:
        exchange(replace(request, address=address), 5, 5, 1000)
    assert f"no authorities in {tmp_path / 'none.pem'} (settings)" in failure.value.detail


# Through a proxy.


def as_proxy(came: list[bytes], answer: bytes, serve: Callable[[socket.socket], None], connection: socket.socket):
    """One that answers itself in the name of whoever is asked for."""
    came.append(heard(connection))
    connection.sendall(answer)
    serve(connection)


def test_https_goes_through_a_tunnel_and_the_proxy_reads_nothing(authority):
    own, certificate = authority
    came = []
    serve = partial(as_proxy, came, b"HTTP/1.1 200 OK\r\n\r\n", partial(in_tls, certificate, answered(WHOLE)))
    with serving(serve) as proxy:
        request = Request("GET", "https://site.localhost/a", proxy=proxy, authorities=str(own))
        assert exchange(request, 5, 5, 1000).body == b"{}"
    assert came == [b"CONNECT site.localhost:443 HTTP/1.1\r\nHost: site.localhost:443\r\n\r\n"]


def test_a_proxy_that_does_not_want_to_is_said_so():
    refusing = partial(as_proxy, [], b"HTTP/1.1 407 No\r\n\r\n", lambda connection: None)
    with serving(refusing) as proxy, pytest.raises(NoAnswer) as failure:
        exchange(Request("GET", "https://site.localhost/", proxy=proxy), 5, 5, 1000)
    assert (failure.value.reason, failure.value.detail) == ("unreachable", "the proxy answers 407")


def test_plain_http_is_passed_on_with_its_whole_address():
    came = []
    with serving(partial(as_proxy, came, WHOLE, lambda connection: None)) as proxy:
        assert exchange(Request("GET", "http://site.localhost/a?b", proxy=proxy), 5, 5, 1000).body == b"{}"
    assert came[0].startswith(b"GET http://site.localhost/a?b HTTP/1.1\r\n")
    assert b"\r\nHost: site.localhost\r\n" in came[0]


@pytest.mark.parametrize("proxy", ["proxy", "proxy:", ":80", "http://proxy:80"])
def test_what_is_no_proxy_is_refused(proxy):
    with pytest.raises(ValueError, match=r"no proxy|[Pp]ort"):
        exchange(Request("GET", "http://site.localhost/", proxy=proxy), 5, 5, 1000)


def test_in_tls_the_deadline_holds_too(authority, monkeypatch):
    own, certificate = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(own))

    def drip(connection: socket.socket) -> None:
        connection.sendall(OK + b"\r\n")
        for _ in range(1000):
            connection.sendall(b" ")
            time.sleep(0.02)

    with serving(partial(in_tls, certificate, drip)) as address:
        trust()  # to read the authorities takes time
        assert failure_of(Request("GET", "https://site.localhost/", address=address), whole=0.5) == "too_slow"
        whole = Request("POST", "https://site.localhost/", form=MUCH, address=address)
        assert failure_of(whole, whole=0.5) == "too_slow"
