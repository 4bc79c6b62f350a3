"""When a session begins, and what a server remembers between two requests."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import path as at

from site_a import views
from tests.page import text_of

pytestmark = pytest.mark.django_db

FORMAL = r"https://docs\.djangoproject\.com/en/5\.2/topics/http/sessions/"


def test_a_page_that_stores_nothing_makes_no_row_and_no_cookie(client):
    response = client.get("/begin/nothing/")
    assert not response.cookies
    assert not Session.objects.exists()


def test_a_page_that_stores_a_value_makes_a_key_a_row_and_a_cookie(client):
    response = client.get("/begin/value/")
    assert set(response.cookies) == {"site_a_session"}
    assert Session.objects.get().session_key == response.cookies["site_a_session"].value


@pytest.mark.parametrize("path", ["/", "/begin/", "/stateless/", "/values/", "/session/", "/signed-out/"])
def test_a_visit_alone_makes_no_session(client, path):
    for _ in range(3):
        assert "site_a_session" not in client.get(path).cookies
    assert not Session.objects.exists()


def test_the_pages_show_the_code_that_runs(client):
    page = text_of(client.get("/begin/value/"))
    assert 'request.session["stored_at"] = timezone.now()' in page
    assert "def store_a_value(request" in page
    assert "request.session[" not in text_of(client.get("/begin/nothing/"))


def test_the_counter_in_a_variable_is_always_1_and_the_one_in_the_session_goes_on(client):
    for n in (1, 2, 3):
        assert client.get("/stateless/plain/").content.decode() == f"in a variable: 1\nin the session: {n}\n"
    assert "in a variable 1 in the session 4" in text_of(client.get("/stateless/session/"))
    assert "in a variable 1 Again" in text_of(client.get("/stateless/"))


def test_each_page_with_a_counter_says_whether_it_stores_a_value(client):
    assert "This page stores nothing" in text_of(client.get("/stateless/"))
    assert "This page stores a value" in text_of(client.get("/stateless/session/"))


def test_without_the_cookie_everybody_is_somebody_new(new_client):
    for _ in range(2):
        assert new_client().get("/stateless/plain/").content == b"in a variable: 1\nin the session: 1\n"


def test_the_page_names_this_server_in_its_commands(client, settings):
    page = client.get("/stateless/session/").content.decode()
    commands = re.findall(r'<code class="command">curl [^<]*(http://[^<]*)</code>', page)
    assert commands == [f"{settings.SERVER.origin}/stateless/plain/"] * 3


@pytest.mark.parametrize("path", ["/begin/", "/begin/nothing/", "/stateless/session/", "/values/", "/session/"])
def test_where_a_lesson_ends_it_leads_to_djangos_documentation_of_it(client, path):
    assert re.search(FORMAL, client.get(path).content.decode())


def test_the_lessons_are_reached_from_the_front_page(client):
    page = client.get("/").content.decode()
    for path in ("/begin/", "/stateless/", "/values/", "/session/"):
        assert f'href="{path}"' in page
    assert views.store_nothing.__name__ in client.get("/begin/nothing/").content.decode()


COUNTED = {"visits": 0}


def count_in_a_module(request):
    COUNTED["visits"] += 1
    return HttpResponse(COUNTED["visits"])


urlpatterns = [at("", count_in_a_module)]


def test_a_variable_of_a_module_goes_on_and_all_visitors_share_it(new_client, settings):
    settings.ROOT_URLCONF = __name__
    assert [new_client().get("/").content for _ in range(2)] == [b"1", b"2"]
