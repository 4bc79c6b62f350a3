"""A Cookie line: each usual fault is named, and a good one has none."""

import pytest
from django.contrib.sessions.backends.cache import SessionStore as CacheStore
from django.contrib.sessions.backends.signed_cookies import SessionStore as CookieStore
from django.http import parse_cookie

from session_inspector.inspector.paste.cookie import KEY as KEY_OF_DJANGO
from session_inspector.inspector.paste.cookie import SIGNED
from session_inspector.inspector.paste.kinds import read
from tests.session_inspector.inspector.paste.reading import meaning_of, statements, value_of

KEY = "q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h7"
DEFAULT = (
    "sessionid is Django’s default name: each Django project on this host uses the same cookie, whatever its port."
)
FAULTS = {
    "attributes": (
        "a=b; Path=/",
        "There is the name of an attribute among the cookies: a browser sends names and values only.",
    ),
    "commas": (
        "a=b, c=d",
        "There is a comma between two cookies: servers take the second for a part of the first.",
    ),
    "twice": ("a=1; b=2; a=3", "a came more than once: Django takes the last."),
    "large": (
        "; ".join(f"name{n}={'x' * 1000}" for n in range(9)),
        "The line has 9070 bytes: gunicorn refuses a header of more than 8190 by default.",
    ),
    "csrf_alone": (
        "csrftoken=abc",
        "csrftoken came, and no sessionid: if the project uses Django’s names, nobody is signed in there.",
    ),
    "no_key_of_django": (
        "sessionid=ABC-123",
        "The value of sessionid is not like a key of Django: 32 small letters and digits.",
    ),
    "signed": (
        "sessionid=eyJhIjoxfQ:1tXyZ0:abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE",
        "The session itself is in the cookie (signed_cookies): everybody who has the cookie can read it.",
    ),
    "quotes": ('a="b c"', "The value of a stands in quotes: Django takes them off, other servers may not."),
    "default_name": (f"sessionid={KEY}; csrftoken=x", DEFAULT),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    line, said = FAULTS[fault]
    assert said in statements(f"Cookie: {line}")


@pytest.mark.parametrize("line", [f"site_session={KEY}; site_csrftoken=abc", "theme=dark", ""])
def test_of_a_good_one_nothing_is_said(line):
    assert statements(f"Cookie: {line}") == []


def test_of_two_of_one_name_django_takes_the_last_and_it_takes_quotes_off():
    assert parse_cookie('a=1; b="2 3"; a=4') == {"a": "4", "b": "2 3"}


def test_a_comma_parts_no_cookies():
    assert parse_cookie("a=b, c=d") == {"a": "b, c=d"}


def test_keys_of_django_have_that_form_and_so_has_a_session_in_its_cookie():
    assert KEY_OF_DJANGO.fullmatch(CacheStore()._get_new_session_key())
    for size in (1, 5000):  # a large one is compressed
        store = CookieStore()
        store["a"] = "b" * size
        store.save()
        assert SIGNED.fullmatch(store.session_key)


def test_each_cookie_is_listed_cut_and_those_of_django_are_explained():
    reading = read(f"cookie: sessionid={KEY}; theme=dark")
    assert reading.kind == "a Cookie line"
    assert value_of(reading, "sessionid") == "q2w3e4…"
    assert value_of(reading, "theme") == "d…"
    assert meaning_of(reading, "sessionid").startswith("Django’s session cookie")


@pytest.mark.parametrize("text", ["> Cookie: a=b", "cookie\na=b", "Cookie:\r\n  a=b", "GET / HTTP/1.1\r\nCookie: a=b"])
def test_a_line_is_found_as_curl_and_devtools_write_it(text):
    assert read(text).kind == "a Cookie line"
    assert [part.name for part in read(text).parts] == ["a"]


@pytest.mark.parametrize("line", ["PHPSESSID=abc; other=def", "JSESSIONID=0A1B", "a=b"])
def test_a_line_without_the_name_of_its_header_will_do(line):
    assert read(line).kind == "a Cookie line"


def test_a_cookie_without_a_name_has_an_empty_one_in_django():
    assert parse_cookie("value; a=b") == {"": "value", "a": "b"}
