"""Pages that a stage adds to a site."""

import os

import pytest
from django.test import Client

from lab import runs
from lab.staging.answering import PATH as WHO
from lab.staging.counter import PATH as COUNTER
from lab.staging.restarting import PATH as RESTART
from lab.staging.tickets import PATH as TICKET
from session_inspector.explain.cookies import MAX_SIZE
from tests.page import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("state_without_runs")]


@pytest.fixture
def with_page(settings):
    def with_page(middleware):
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, middleware]

    return with_page


def test_a_button_asks_the_server_to_start_again_once(client, with_page):
    with_page("lab.staging.restarting.RestartMiddleware")
    runs.begin("session_stores", "cache", {})
    assert "Start site A again" in text_of(client.get(RESTART))
    assert not runs.is_asked_to_start_anew("site_a")
    assert "Site A starts again." in text_of(client.post(RESTART))
    assert not runs.is_asked_to_start_anew("site_b")
    assert runs.is_asked_to_start_anew("site_a")
    assert not runs.is_asked_to_start_anew("site_a")


def test_another_site_cannot_make_it_start_again(settings, with_page):
    with_page("lab.staging.restarting.RestartMiddleware")
    client = Client(enforce_csrf_checks=True, headers={"host": settings.SERVER.netloc})
    assert client.post(RESTART).status_code == 403
    assert not runs.is_asked_to_start_anew("site_a")


def test_the_counter_believes_whoever_says_a_name_it_knows(client, with_page):
    with_page("lab.staging.counter.CounterMiddleware")
    assert "Who are you?" in text_of(client.get(COUNTER))
    client.post(COUNTER, {"name": "carol"})
    assert "Who are you?" in text_of(client.get(COUNTER))
    client.post(COUNTER, {"name": "alice"})
    assert "You are alice." in text_of(client.get(COUNTER))


@pytest.mark.parametrize(("person", "is_too_large"), [("alice", False), ("bob", True)])
def test_only_the_cookie_of_who_has_ordered_much_is_too_large(client, settings, with_page, person, is_too_large):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    with_page("lab.staging.counter.CounterMiddleware")
    cookie = client.post(COUNTER, {"name": person}).cookies["site_a_session"]
    assert (len(cookie.key) + len(cookie.value) > MAX_SIZE) == is_too_large


def test_a_page_says_which_process_answered_and_whom_it_knows(client, with_page):
    with_page("lab.staging.answering.AnsweringMiddleware")
    first = text_of(client.get(WHO))
    assert "Nobody is signed in." in first
    assert f"Process {os.getpid()} answered." in first
    assert "You are alice." in text_of(client.post(WHO))  # at once: a redirect could lead to another process
    assert "You are alice." in text_of(client.get(WHO))


def ticket(client, address="127.0.0.2", forwarded="127.0.0.1"):
    return client.get(TICKET, REMOTE_ADDR=address, headers={"x-forwarded-for": forwarded})


@pytest.mark.parametrize(
    ("middleware", "first", "same", "another"),
    [
        ("TicketMiddleware", ("a", "x"), ("a", "y"), ("b", "x")),
        ("FirstAddressMiddleware", ("a", "x, y"), ("b", "x, z"), ("a", "w, y")),
        ("LastAddressMiddleware", ("a", "x, y"), ("b", "w, y"), ("a", "x, z")),
    ],
)
def test_each_address_gets_one_ticket(client, with_page, middleware, first, same, another):
    with_page(f"lab.staging.tickets.{middleware}")
    answers = [ticket(client, *asked) for asked in (first, same, another)]
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert "No ticket: this address has had one." in text_of(answers[1])


def test_a_ticket_says_the_address_that_was_counted(client, with_page):
    with_page("lab.staging.tickets.LastAddressMiddleware")
    assert "You ask from 127.0.0.3, as site A sees it." in text_of(ticket(client, forwarded="192.0.2.1, 127.0.0.3"))
