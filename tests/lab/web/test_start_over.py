"""One button of the inspector leads through the servers: when a page goes on by itself, and where it leads."""

import pytest
from django.contrib.sessions.models import Session

pytestmark = pytest.mark.django_db

WAY = "/session/forget/?then=empty"
BEFORE = "http://identity.localhost:8000/"
ITSELF = "data-sends-itself"


@pytest.fixture
def with_session(client):
    client.get("/begin/value/")
    return client


def page(client, address=WAY, referer=BEFORE):
    response = client.get(address, headers={"referer": referer} if referer else {})
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_on_the_way_sends_its_form_by_itself(client):
    assert ITSELF in page(client)
    assert ITSELF in page(client, "/session/forget/?then=keep")


@pytest.mark.parametrize(
    "referer",
    [
        None,
        "http://evil.example/",
        "http://identity.localhost:8000.evil.example/",
        "http://evil.example/?http://identity.localhost:8000/",
        "http://site-a.localhost:8001/session/forget/",
        "http://site-b.localhost:8002/",
        "http://inspector.localhost:8003/",  # leads to Identity, and not here
        "http://identity.localhost:8000",
    ],
)
def test_whoever_comes_from_elsewhere_is_asked(client, referer):
    assert ITSELF not in page(client, referer=referer)


@pytest.mark.parametrize("query", ["", "?then=", "?then=x", "?forgotten=yes"])
def test_who_is_not_on_the_way_is_asked(client, query):
    assert ITSELF not in page(client, f"/session/forget/{query}")


def test_what_deletes_is_still_a_form_with_a_token(new_client, with_session):
    browser = new_client(enforce_csrf_checks=True)
    browser.cookies = with_session.cookies
    assert ITSELF in page(browser)
    assert Session.objects.count() == 1
    assert browser.post(WAY, headers={"referer": BEFORE}).status_code == 403
    assert Session.objects.count() == 1


@pytest.mark.parametrize("journal", ["keep", "empty"])
def test_the_next_server_is_told_where_the_browser_comes_from_and_no_more(with_session, journal):
    response = with_session.post(f"/session/forget/?then={journal}")
    assert response.headers["Location"] == f"http://site-b.localhost:8002/session/forget/?then={journal}"
    assert response.headers["Referrer-Policy"] == "origin"
    assert Session.objects.count() == 0


def test_who_is_not_on_the_way_leaves_no_trace_of_where_they_were(with_session):
    assert with_session.post("/session/forget/").headers["Referrer-Policy"] == "same-origin"


def test_the_page_is_not_stored(client):
    assert "no-store" in client.get(WAY).headers["Cache-Control"]
