"""Errors end in a page of the lab's own that says what to do."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.test import Client
from django.urls import path

from shared.logs import PagesOnly

pytestmark = pytest.mark.django_db


def raises(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("400/", raises(SuspiciousOperation("odd"))),
    path("403/", raises(PermissionDenied("no"))),
    path("500/", raises(RuntimeError("broken"))),
]


@pytest.fixture
def lenient(client):
    client.raise_request_exception = False
    return client


@pytest.mark.urls("tests.shared.test_errors")
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(400, "could not be understood"), (403, "You may not do this"), (404, "no such page"), (500, "made a mistake")],
)
def test_each_error_has_a_page_with_its_status_and_what_to_do(lenient, status, sentence):
    response = lenient.get(f"/{status}/")
    page = response.content.decode()
    assert response.status_code == status
    assert sentence in page
    assert "What to do" in page
    assert f"site A answered {status}" in page
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_forged_form_is_refused_with_a_page_that_says_why(settings):
    strict = Client(enforce_csrf_checks=True, headers={"host": settings.SERVER.netloc})
    response = strict.post("/oidc/logout/")
    assert response.status_code == 403
    assert "its token does not fit" in response.content.decode()


def test_a_broken_database_still_ends_in_the_page(lenient, django_user_model):
    lenient.force_login(django_user_model.objects.create(username="oidc:1"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO away")
    response = lenient.get("/")
    assert response.status_code == 500
    assert "Site A made a mistake" in response.content.decode()


def test_an_unknown_path_full_of_markup_shows_as_text(client):
    page = client.get("/<script>alert(1)</script>").content.decode()
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("GET /oidc/callback/?code=secret&state=x HTTP/1.1", "GET /oidc/callback/ HTTP/1.1"),
        ("GET / HTTP/1.1", "GET / HTTP/1.1"),
        ("GET /a?b ?c HTTP/1.1", "GET /a HTTP/1.1"),
    ],
)
def test_the_terminal_shows_no_query_string(line, logged):
    record = logging.LogRecord("django.server", logging.INFO, "", 0, '"%s" %s %s', (line, "200", "1"), None)
    assert PagesOnly().filter(record)
    assert record.args[0] == logged


def test_the_terminal_shows_no_static_files():
    record = logging.LogRecord("django.server", logging.INFO, "", 0, "%s", ("GET /static/lab.css?x HTTP/1.1",), None)
    assert not PagesOnly().filter(record)
