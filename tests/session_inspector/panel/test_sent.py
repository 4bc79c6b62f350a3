"""The first part: what the browser sent."""

import pytest

from tests.page import panel_of
from tests.session_inspector.inspector.traffic import take_part

pytestmark = pytest.mark.django_db


def test_a_browser_without_cookies_is_a_stranger(client):
    panel = panel_of(client.get("/"))
    assert "Nothing: this server does not know you." in panel["sent"]
    assert panel["bar"].startswith("no session cookie no row not signed in")


def test_the_session_and_the_csrf_cookie_are_named_as_such_the_session_cookie_first(signed_in):
    signed_in.get("/")
    sent = panel_of(signed_in.get("/"))["sent"]
    key, token = signed_in.cookies["site_a_session"].value, signed_in.cookies["site_a_csrftoken"].value
    assert f"site_a_session {key[:6]}… A own: the session cookie." in sent
    assert f"site_a_csrftoken {token[:6]}… A own: the CSRF cookie." in sent
    assert sent.index("site_a_session") < sent.index("site_a_csrftoken")


def test_a_csrf_cookie_alone_tells_nobody_who_one_is(client):
    client.get("/values/")
    assert "No session cookie: this server does not know you." in panel_of(client.get("/values/"))["sent"]


@pytest.fixture
def beside_others(recording):
    """The other servers of the lab have said who they are."""
    take_part()


@pytest.mark.usefixtures("beside_others")
def test_cookies_of_other_servers_and_of_other_programs_are_marked(client):
    client.cookies["site_b_session"] = "b" * 32
    client.cookies["sessionid"] = "s" * 32
    sent = panel_of(client.get("/"))["sent"]
    why = "which sets no Domain: why it came to this host is not known here."
    assert f"site_b_session bbbbbb… B named as site B names its own, {why}" in sent
    assert "sessionid ssssss… of no server that is recorded here. Possible: another program on this host" in sent
    assert "of other servers see above" in sent
    assert "site_b_session goes to" not in sent
    assert "identity_session goes to identity.localhost only" in sent


@pytest.mark.usefixtures("beside_others")
def test_a_session_cookie_that_came_twice_is_said_in_the_bar(client):
    headers = {"cookie": "site_a_session=planted; site_a_session=own"}
    assert "cookie site_a_session twice" in panel_of(client.get("/", headers=headers))["bar"]
    assert "twice" not in panel_of(client.get("/", headers={"cookie": "site_a_session=own"}))["bar"]


def test_a_cookie_of_another_program_is_none_of_another_server(client):
    client.cookies["sessionid"] = "s" * 32
    assert "of other servers nothing" in panel_of(client.get("/"))["sent"]


@pytest.mark.usefixtures("beside_others")
def test_what_went_elsewhere_is_said(client):
    sent = panel_of(client.get("/"))["sent"]
    assert "of other servers nothing" in sent
    assert "identity_session goes to identity.localhost only" in sent
    assert "site_b_session goes to site-b.localhost only" in sent


def test_names_full_of_markup_are_text(client):
    response = client.get("/", headers={"cookie": "<b>bold</b>=x; <script>=y"})
    assert b"<b>bold" not in response.content
    assert b"&lt;b&gt;bold&lt;/b&gt;" in response.content


def test_of_very_many_cookies_ones_own_are_among_those_shown_and_the_rest_is_counted(client):
    client.get("/begin/value/")
    key = client.cookies["site_a_session"].value
    cookies = "; ".join([*(f"c{n}=x" for n in range(60)), f"site_a_session={key}"])
    panel = panel_of(client.get("/begin/nothing/", headers={"cookie": cookies}))
    assert "cookie site_a_session" in panel["bar"]
    assert "and 21 more not recorded" in panel["sent"]


def test_a_cookie_that_comes_twice_is_said_with_the_one_that_is_not_taken(client):
    came = "site_a_session=first1xx; site_a_session=second2x"
    sent = panel_of(client.get("/", headers={"cookie": came}))["sent"]
    assert "site_a_session se… A own: the session cookie." in sent
    assert "site_a_session fi… A not taken: another of this name came after it, and Django reads the last." in sent
