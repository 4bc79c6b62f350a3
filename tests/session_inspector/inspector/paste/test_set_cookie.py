"""A Set-Cookie line: each usual fault is named, and a good one has none."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date

from session_inspector.inspector.paste.kinds import read
from tests.session_inspector.inspector.paste.reading import meaning_of, statements, value_of

KEY = "q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h7"
GOOD = f"site_session={KEY}; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax"
HTTP, HTTPS, HERE = "http://x.example/a/", "https://x.example/a/", "http://localhost:8000/"
# What stands there, the address that sent it, and what is said.
FAULTS = {
    "control": (f"{GOOD}\x00", "", "There is a control character in the line: browsers drop the whole cookie."),
    "no_name": (f"={KEY}; Path=/", "", "The cookie has no name before =."),
    "large": (
        f"a={'x' * 4096}; Path=/",
        "",
        "Name and value have 4097 bytes: browsers drop a cookie of more than 4096, and keep the old one.",
    ),
    "none_without_secure": (
        f"{GOOD[:-3]}None",
        "",
        "SameSite=None without Secure: browsers refuse the cookie.",
    ),
    "secure_over_http": (f"{GOOD}; Secure", HTTP, "Secure, and sent over http: browsers ignore the cookie."),
    "secure_on_loopback": (
        f"{GOOD}; Secure",
        HERE,
        "Secure, and sent over http on a loopback name: Chromium and Firefox keep it, Safari does not.",
    ),
    "secure_prefix": (
        "__Secure-a=b; Path=/",
        "",
        "Browsers refuse a cookie of this name with these attributes. A name that begins so needs Secure.",
    ),
    "host_prefix": (
        "__Host-a=b; Secure; Path=/a; Domain=x.example",
        "",
        "Browsers refuse a cookie of this name with these attributes. "
        "A name that begins so needs Path=/ and no Domain.",
    ),
    "domain_localhost": (
        f"{GOOD}; Domain=localhost",
        "",
        "Domain=localhost is a name of one part: browsers refuse the cookie from every other host.",
    ),
    "domain_of_an_address": (
        f"{GOOD}; Domain=127.0.0.1",
        "",
        "Domain is the address 127.0.0.1: browsers take it from that host alone.",
    ),
    "public_suffix": (
        f"{GOOD}; Domain=.co.uk",
        "",
        "Domain=co.uk is a public suffix, below which strangers have hosts: browsers refuse the cookie.",
    ),
    "another_domain": (
        f"{GOOD}; Domain=y.example",
        HTTPS,
        "Domain=y.example, and x.example is no part of it: browsers refuse the cookie.",
    ),
    "date": (
        "a=b; Expires=21.10.2026; Path=/",
        "",
        "The date in Expires cannot be read: browsers leave it out, and forget the cookie when they close.",
    ),
    "age": ("a=b; Max-Age=2 weeks; Path=/", "", "Max-Age=2 weeks is no number of seconds: browsers leave it out."),
    "deleted_by_age": (f"{GOOD}; Max-Age=0", "", "This deletes the cookie: its lifetime is over."),
    "deleted_by_date": (
        "a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT",
        "",
        "This deletes the cookie: its lifetime is over.",
    ),
    "second": (
        f"{GOOD}, csrftoken=abc; Path=/",
        "",
        "A second cookie stands in the same line, behind a comma: browsers take it for a part of the first.",
    ),
    "path_without_slash": (
        "a=b; Path=app",
        "",
        "Path does not begin with /: browsers take the folder of the address instead.",
    ),
    "another_path": ("a=b; Path=/app", HTTPS, "Path=/app: the cookie does not go to /a/."),
    "long_attribute": (
        f"a=b; Path=/{'x' * 1024}",
        "",
        "The value of path has more than 1024 bytes: browsers leave the attribute out.",
    ),
    "unknown_attribute": (
        "a=b; Path=/; Same-Site=Lax",
        "",
        "No browser knows the attribute same-site, and each leaves it out.",
    ),
    "strict": (
        f"{GOOD[:-3]}Strict",
        "",
        "SameSite=Strict: after a sign-in form at a provider of another site, "
        "the cookie does not come to the callback.",
    ),
    "same_site_misspelt": (
        f"{GOOD[:-3]}Relaxed",
        "",
        "SameSite=Relaxed is none of Strict, Lax and None: browsers take their default.",
    ),
    "partitioned": (
        f"{GOOD}; Partitioned",
        "",
        "Partitioned without Secure: browsers refuse the cookie.",
    ),
    "quotes": (
        'a="b c"; Path=/',
        "",
        "The value stands in quotes: to a browser they are a part of it, Django takes them off.",
    ),
    "characters": (
        "a=b c; Path=/",
        "",
        "The value has characters that a server should not send (RFC 6265bis, 4.1.1): servers read them differently.",
    ),
    "http_only": (
        f"my_session={KEY}; Path=/",
        "",
        "HttpOnly is missing: a script in a page can read this cookie, and whoever has it is signed in.",
    ),
    "for_ever": (
        "a=b; Max-Age=99999999999; Path=/",
        "",
        "Max-Age is more than 400 days: no browser need keep a cookie for longer (RFC 6265bis, 5.5).",
    ),
    "default_name": (
        GOOD.replace("site_session", "sessionid"),
        HERE,
        "The name is Django’s default: each Django project on this host uses the same cookie, whatever its port.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    line, address, said = FAULTS[fault]
    assert said in statements(f"Set-Cookie: {line}", address)


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (GOOD, ""),
        (GOOD, HERE),
        (f"{GOOD}; Secure", HTTPS),
        (f"__Host-site_session={KEY}; HttpOnly; Path=/; SameSite=Lax; Secure", HTTPS),
        (f"{GOOD}; Domain=localhost", HERE),
        (f"{GOOD}; Domain=127.0.0.1", "http://127.0.0.1:8000/"),
        (f"{GOOD}; Domain=x.example", "https://www.x.example/"),
        (GOOD.replace("site_session", "sessionid"), HTTPS),
        ("csrftoken=abc; expires=Mon, 29 Nov 2100 11:34:53 GMT; Max-Age=31449600; Path=/; SameSite=Lax", HERE),
        ("a=b; Expires=Wed, 21-Oct-2100 07:28:00 GMT; Path=/; Priority=High", ""),
        ("a=b; Path=/a; Partitioned; Secure; SameSite=None", HTTPS),
    ],
)
def test_of_a_good_one_nothing_is_said(line, address):
    assert statements(f"Set-Cookie: {line}", address) == []


def test_a_date_that_is_still_to_come_deletes_nothing():
    later = http_date((timezone.now() + timedelta(minutes=1)).timestamp())
    assert statements(f"Set-Cookie: a=b; Expires={later}; Path=/") == []


def test_of_an_attribute_that_is_there_twice_the_last_counts():
    """RFC 6265bis, 5.7."""
    assert statements("Set-Cookie: a=b; Path=/; Max-Age=0; Max-Age=60") == []


def test_what_the_browser_refuses_comes_before_what_is_only_worth_a_look():
    said = statements(f"Set-Cookie: sessionid={KEY}; Path=/; SameSite=None; Domain=localhost")
    assert [one.partition(" ")[0] for one in said] == ["SameSite=None", "Domain=localhost", "HttpOnly", "The"]


def test_each_attribute_is_explained_also_one_that_is_missing_and_the_value_is_cut():
    reading = read(f"set-cookie: {GOOD}")
    assert reading.kind == "a Set-Cookie line"
    assert value_of(reading, "value") == "q2w3e4…"
    assert meaning_of(reading, "HttpOnly") == "Scripts in a page cannot read it."
    assert meaning_of(reading, "no Domain") == "This exact host only, but on any port."
    assert value_of(reading, "Max-Age") == "1209600"


def test_more_lines_at_once_are_read_and_one_without_the_name_of_its_header():
    assert read(f"Set-Cookie: {GOOD}\r\nSet-Cookie: csrftoken=abc; Path=/").kind == "2 Set-Cookie lines"
    assert read(f"HTTP/1.1 200 OK\nServer: x\nSet-Cookie: {GOOD}\n\n").kind == "a Set-Cookie line"
    assert read(f"< Set-Cookie: {GOOD}\n< X: y").kind == "a Set-Cookie line"
    assert read(f"set-cookie\n{GOOD}").kind == "a Set-Cookie line"
    assert read(GOOD).kind == "a Set-Cookie line"


def test_of_the_line_by_which_django_deletes_a_cookie_nothing_else_is_said():
    line = 'Set-Cookie: sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax'
    assert statements(line) == ["This deletes the cookie: its lifetime is over."]


@pytest.mark.parametrize("attribute", ["Domain", "Domain=", "Max-Age=" + "9" * 30, "Max-Age=-" + "9" * 30])
def test_an_attribute_that_browsers_take_is_not_said_to_be_refused(attribute):
    said = statements(f"Set-Cookie: a=b; {attribute}; Path=/")
    assert not [one for one in said if "refuse" in one or "leave it out" in one]


def test_an_attribute_without_its_value_has_none():
    assert "SameSite= is none of Strict, Lax and None: browsers take their default." in statements(
        "Set-Cookie: a=b; SameSite"
    )
