"""A cookie that the browser was told to keep and never sent: what is seen, and what is likely."""

import pytest

from tests.page import text_of
from tests.session_inspector.inspector.traffic import exchange, told

POSTED = {"Host": "site_a.localhost", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
STRICT = {"Host": "site_a.localhost", "Sec-Fetch-Site": "cross-site"}


def page_after(client, attributes, asked=None, **sends):
    exchange(tells=[told("site_a_session", "k1", "site_a", **attributes)])
    exchange(at=1, sends=sends, **(asked or {}))
    return text_of(client.get("/", {"visitor": "v1"}))


@pytest.mark.parametrize(
    ("attributes", "asked", "cause"),
    [
        ({"path": "/shelf/"}, {"path": "/"}, "Path=/shelf/: it goes to addresses there, not to /."),
        ({"secure": "True"}, {}, "Secure, and this is http"),
        ({"samesite": "Strict"}, {"headers": STRICT}, "SameSite=Strict, and another site led here"),
        ({"samesite": "strict"}, {"headers": STRICT}, "SameSite=Strict, and another site led here"),
        ({}, {"headers": POSTED, "method": "POST"}, "SameSite=Lax, and another site made this POST: it comes with the"),
        ({}, {"headers": POSTED}, "The browser may block cookies"),
        ({}, {}, "The browser may block cookies"),
    ],
)
def test_a_cookie_that_was_told_and_never_came_back_names_the_likely_cause(client, attributes, asked, cause):
    page = page_after(client, attributes, asked)
    assert "never came back, 12:00:01. a guess" in page
    assert cause in page


def test_one_that_fits_its_path_is_likely_for_no_such_reason(client):
    assert "Path=/shelf" not in page_after(client, {"path": "/shelf"}, {"path": "/shelf/"})


def test_one_that_came_once_and_no_more_did_come_back(client):
    exchange(tells=[told("site_a_session", "k1", "site_a")])
    exchange(at=1, sends={"site_a_session": "k1"})
    exchange(at=2)
    page = text_of(client.get("/", {"visitor": "v1"}))
    assert "came no more" in page
    assert "never came back" not in page


def test_one_that_was_just_told_has_not_had_the_time(client):
    exchange(tells=[told("site_a_session", "k1", "site_a")])
    assert "never came back" not in text_of(client.get("/", {"visitor": "v1"}))
