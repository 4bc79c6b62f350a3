"""A cookie that the browser has and keeps back, because another site made the request."""

import pytest

from session_inspector.explain.cookies import why_kept_back
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, exchange, forgotten, row, told

LAX = "SameSite=Lax, and another site made this POST"
STRICT = "SameSite=Strict, and another site led here"


def asked(site="cross-site", mode="navigate", **content):
    return {"headers": {"Host": "site-a.localhost:8001", "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}} | content


@pytest.mark.parametrize(
    ("same_site", "request_", "why"),
    [
        ("Lax", asked(method="POST"), LAX),
        ("Lax", asked(), ""),
        ("Lax", asked(mode="no-cors"), "SameSite=Lax, and another site made this GET"),
        ("Lax", asked("same-site", method="POST"), ""),
        ("Lax", {"method": "POST"}, ""),  # a browser that does not say from where
        ("Strict", asked(), STRICT),
        ("Strict", asked("none"), ""),
        ("None", asked(method="POST"), ""),
        ("", asked(method="POST"), ""),  # without the attribute browsers differ
    ],
)
def test_whether_it_is_kept_back(same_site, request_, why):
    assert why_kept_back({"samesite": same_site}, exchange(**request_).exchange) == why


def sign_in(**attributes):
    cookie = told("site_a_session", "k1", "site_a", **attributes)
    exchange(tells=[cookie], after=row("k1", **KNOWN), user=ALICE)


@pytest.mark.parametrize(
    ("attributes", "request_", "why"),
    [({}, asked(method="POST"), LAX), ({"samesite": "Strict"}, asked(), STRICT)],
)
def test_the_ladder_says_why_none_came_and_the_browser_still_has_it(client, attributes, request_, why):
    sign_in(**attributes)
    exchange(path="/callback/", at=1, **request_)
    assert f"/callback/ no cookie: {why}" in text_of(client.get("/ladder/", {"visitor": "v1"}))
    page = text_of(client.get("/", {"visitor": "v1"}))
    assert "came no more" not in page
    assert "cookie site_a_session key k1…" in page


def test_of_one_that_was_deleted_that_is_not_said(client):
    sign_in()
    exchange(at=1, sends={"site_a_session": "k1"}, tells=[forgotten("site_a_session", "site_a")], before=row("k1"))
    exchange(path="/callback/", at=2, **asked(method="POST"))
    assert LAX not in text_of(client.get("/ladder/", {"visitor": "v1"}))
