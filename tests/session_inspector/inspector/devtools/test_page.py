"""What the page says of each browser, and of the cookies of whoever takes part."""

import pytest

from session_inspector.inspector.devtools.browsers import BROWSERS
from session_inspector.inspector.devtools.columns import rows_for, shared_hosts
from session_inspector.journal.participants import announce
from session_inspector.participant import Participant
from tests.page import text_of
from tests.session_inspector.inspector.traffic import KNOWN, exchange, row, told

SHOP = Participant(
    "shop",
    "https://shop.example",
    title="the shop",
    session_cookie="shop_session",
    csrf_cookie="shop_token",
    attributes={"max-age": "1209600", "path": "/", "samesite": "Lax", "httponly": "True"},
)
TILL = Participant(
    "till",
    "https://till.example:8443",
    title="the till",
    session_cookie="till_session",
    attributes={"path": "/till/", "domain": "example", "secure": "True"},
)


@pytest.mark.parametrize("one", BROWSERS, ids=lambda one: one.browser)
def test_each_browser_has_its_ways_and_its_references(client, one):
    response = client.get("/devtools/")
    page = text_of(response)
    for said in (one.browser, one.opening, one.keep, one.delete_one, one.delete_all):
        assert said in page
    for labels in (one.cookies, one.request):
        assert " → ".join(labels) in page
    for reference in one.references:
        assert f'<a href="{reference.link}">{reference.words}</a>' in response.content.decode()


def test_origins_and_cookies_are_those_of_whoever_takes_part(client):
    announce(SHOP)
    response = client.get("/devtools/")
    page = text_of(response)
    assert '<a href="https://shop.example/">https://shop.example</a>' in response.content.decode()
    assert "shop_session" in page
    assert "shop_token of the shop" in page


def test_each_column_shows_an_attribute_of_the_session_cookie():
    found = {row.column: [cell.text for cell in row.cells] for row in rows_for([SHOP, TILL])}
    assert found == {
        "Name": ["shop_session", "till_session"],
        "Value": ["the session key", "the session key"],
        "Domain": ["shop.example", "example"],
        "Path": ["/", "/till/"],
        "Expires / Max-Age, or Expires": ["a date, or Session", "Session"],
        "HttpOnly": ["✓ or true", "empty or false"],
        "Secure": ["empty or false", "✓ or true"],
        "SameSite": ["Lax", "empty"],
    }


@pytest.mark.parametrize(("lifetime", "shown"), [("1209600", "a date"), ("", "Session")])
def test_where_the_cookie_was_recorded_its_lifetime_and_its_value_are_shown(client, lifetime, shown):
    cookie = told("identity_session", "i1", "identity")
    if not lifetime:
        del cookie.attributes["max-age"]
    exchange("identity", tells=[cookie], after=row("i1", **KNOWN))
    page = client.get("/devtools/?visitor=v1").content.decode()
    assert "i1…, the session key" in page
    assert f'<td data-label="Identity">{shown}</td>' in page


def test_servers_that_share_a_host_are_said_to_share_their_cookies(client):
    one, other = Participant("one", "http://localhost:8000"), Participant("other", "http://localhost:8001")
    assert shared_hosts([one, other, SHOP]) == ["localhost"]
    assert "answers at" not in text_of(client.get("/devtools/"))
    for each in (one, other):
        announce(Participant(each.name, each.origin, session_cookie="sessionid"))
    assert "More than one server answers at localhost." in text_of(client.get("/devtools/"))


def test_where_nobody_takes_part_the_page_says_what_to_do(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.devtools.views.participants", tuple)
    page = text_of(client.get("/devtools/"))
    assert "No server has written into the journal yet." in page
    assert "Set-Cookie of its answer" in page
