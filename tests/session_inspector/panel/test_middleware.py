"""Where the panel is, and where it is not."""

import logging

import pytest

from lab.servers import INSPECTOR
from session_inspector.journal.database import redactor
from tests.page import panel_of, text_of
from tests.recorded import configure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/begin/", "/stateless/", "/values/", "/session/", "/signed-out/", "/nothing/here/"]
)
def test_it_is_on_every_page(client, path):
    response = client.get(path)
    assert set(panel_of(response)) == {"bar", "sent", "kept", "changed"}
    assert "<!-- the session panel -->" not in response.content.decode()


def test_it_is_on_the_page_of_a_forged_form_and_of_a_request_under_another_name(new_client):
    strict = new_client(enforce_csrf_checks=True)
    for response in (strict.post("/values/language/"), strict.get("/", headers={"host": "evil.example"})):
        assert response.status_code in (400, 403)
        panel_of(response)


def test_what_is_no_page_is_left_alone(client):
    response = client.get("/stateless/plain/")
    assert response.content == b"in a variable: 1\nin the session: 1\n"


def test_a_page_listens_for_the_end_of_the_session_that_it_was_shown_in(client):
    page = client.get("/begin/value/").content.decode()
    fingerprint = redactor().fingerprint(client.cookies["site_a_session"].value)
    assert f'data-stream="{INSPECTOR.origin}/stream/session/?fingerprint={fingerprint}"' in page


def test_a_page_without_a_session_and_one_that_nobody_records_listen_to_nothing(client, settings):
    assert "ended.js" not in client.get("/").content.decode()
    configure(settings, recording=False)
    assert "ended.js" not in client.get("/begin/value/").content.decode()


def test_a_session_that_is_in_the_cookie_itself_is_ended_by_nobody_else(client, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    page = client.get("/begin/value/").content.decode()
    assert "with the session in it" in text_of(client.get("/"))
    assert "ended.js" not in page


def test_listening_neither_renews_a_session_nor_asks_for_one(client):
    client.get("/begin/value/")
    response = client.get("/nothing/here/")
    assert "ended.js" in response.content.decode()
    assert not response.cookies
    assert f"connect-src 'self' {INSPECTOR.origin}" in response.headers["Content-Security-Policy"]


def test_the_length_is_that_of_the_whole_page(client):
    response = client.get("/")
    assert int(response["Content-Length"]) == len(response.content)


def test_a_fault_in_the_panel_costs_the_page_its_panel_and_nothing_else(client, monkeypatch, caplog):
    monkeypatch.setattr("session_inspector.panel.middleware.parts_of", lambda exchange: 1 / 0)
    with caplog.at_level(logging.ERROR):
        response = client.get("/")
    assert response.status_code == 200
    assert b"Look closer" in response.content
    assert [record.name for record in caplog.records] == ["session_inspector.panel.middleware"]
