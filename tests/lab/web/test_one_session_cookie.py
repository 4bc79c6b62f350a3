"""A server that refuses two session cookies, where its settings say so."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory

from lab.web.one_session_cookie import OneSessionCookieMiddleware, parent_of
from tests.page import text_of

TWO = "site_a_session=a; x=1; site_a_session=b"


@pytest.fixture
def answer(settings):
    """What a server at that host answers to these cookies."""
    settings.SESSION_COOKIE_ONCE = True
    settings.ALLOWED_HOSTS = ["*"]
    middleware = OneSessionCookieMiddleware(lambda request: HttpResponse("the page"))

    def answer(cookies: str, host: str = "site-a.lab.localhost:8001", accept: str = "text/html"):
        headers = {"host": host, "cookie": cookies, "accept": accept}
        return middleware(RequestFactory(headers=headers).get("/"))

    return answer


def test_two_session_cookies_are_refused_and_the_one_of_the_parent_domain_is_deleted(answer):
    refused = answer(TWO)
    assert refused.status_code == 400
    assert "Your browser sent two session cookies." in text_of(refused)
    assert "told to delete the one for lab.localhost and all hosts below it" in text_of(refused)
    deleted = refused.cookies["site_a_session"]
    assert (deleted.value, deleted["max-age"], deleted["domain"]) == ("", 0, "lab.localhost")


@pytest.mark.parametrize("host", ["localhost:8001", "site-a.localhost:8001"])
def test_where_no_host_beside_it_can_have_set_one_the_own_one_is_not_deleted(answer, host):
    refused = answer(TWO, host)
    assert refused.status_code == 400
    assert not refused.cookies
    assert "Delete every cookie site_a_session in your browser: for this host, and with any Path." in text_of(refused)


def test_a_program_is_told_it_as_json(answer):
    refused = answer(TWO, accept="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/json")
    assert b'"error": "session_cookie_twice"' in refused.content
    assert refused.cookies["site_a_session"]["domain"] == "lab.localhost"


@pytest.mark.parametrize(
    "cookies", ["site_a_session=a", "site_a_session=a; other=b; other=c", "x=site_a_session=a", ""]
)
def test_one_or_none_is_the_servers_to_read(answer, cookies):
    read = answer(cookies)
    assert (read.content, len(read.cookies)) == (b"the page", 0)


def test_by_default_django_takes_the_last(settings):
    assert not settings.SESSION_COOKIE_ONCE
    with pytest.raises(MiddlewareNotUsed):
        OneSessionCookieMiddleware(lambda request: HttpResponse())


@pytest.mark.django_db
def test_it_is_asked_before_the_session_is_read(settings, client):
    settings.SESSION_COOKIE_ONCE = True
    assert client.get("/", headers={"Cookie": TWO}).status_code == 400
    file = client.get("/static/lab.css", headers={"Cookie": TWO})
    assert file.status_code == 200
    file.close()


@pytest.mark.parametrize(
    ("host", "parent"),
    [("site-a.lab.localhost", "lab.localhost"), ("site-a.localhost", ""), ("localhost", ""), ("a.b.c.d", "b.c.d")],
)
def test_the_parent_domain_is_one_that_browsers_take_a_cookie_for(host, parent):
    assert parent_of(host) == parent
