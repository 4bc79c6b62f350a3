"""What is kept of an exchange, and whose it is said to be."""

import json
import os

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from session_inspector.journal.database import redactor
from session_inspector.journal.schema import Person
from session_inspector.recorder.exchange import user_of
from tests.recorded import content_of, number_of_entries, recorded, the_only_entry
from trace_context import journey_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]

KEY = "k3ybcdefghijklmnop0qrstuvwxyz123"


def kept():
    return json.dumps([[content_of(entry), entry.journey] for entry in recorded()])


def test_a_state_that_the_session_does_not_know_joins_nobody(client, new_client):
    other = new_client()
    for browser in (client, other):
        browser.get("/begin/value/")
        browser.get("/begin/", {"state": "common"})
        browser.get("/begin/", {"next": "/x?state=common&code=c"})
    assert {entry.journey for entry in recorded()} == {""}
    assert len({entry.visitor for entry in recorded()}) == 2


def test_the_state_of_ones_own_sign_in_is_its_journey(client):
    client.get("/oidc/authenticate/")
    (state,) = client.session["oidc_states"]
    client.get("/oidc/callback/", {"state": state, "error": "access_denied"})
    assert [entry.journey for entry in recorded()] == [journey_of(state)] * 2


def test_what_another_browser_does_never_shows_whatever_address_both_have_opened(client, new_client):
    other = new_client()
    for browser in (client, other):
        browser.get("/values/", {"state": "common"})
        browser.post("/begin/value/?state=common")
    other.post("/values/own/", {"name": "diary", "value": "words of another"})
    assert "words of another" not in client.get("/begin/nothing/").content.decode()
    assert len({entry.jar for entry in recorded()}) == 2


@pytest.mark.parametrize("header", [f"00-{KEY}-{KEY[:16]}-01", "00-x-y-z", "", "-" * 50, "00-" + "A" * 32 + "-b-01"])
def test_a_traceparent_that_is_none_is_not_kept(client, header):
    client.get("/begin/", headers={"traceparent": header})
    assert the_only_entry().journey == ""
    assert KEY not in kept()


def test_a_key_that_a_neighbour_has_planted_beside_ones_own_makes_two_browsers_no_one(client, new_client):
    neighbour = new_client()
    for browser in (client, neighbour):
        browser.get("/begin/value/")
    client.get("/values/")  # a page with a form: its CSRF cookie tells whose the next request is
    own, planted = (browser.cookies["site_a_session"].value for browser in (client, neighbour))
    csrf = client.cookies["site_a_csrftoken"].value
    header = f"site_a_session={own}; site_a_csrftoken={csrf}; site_a_session={planted}"
    new_client().get("/", headers={"cookie": header})
    neighbour.get("/")
    first, second, _, both, again = recorded()
    assert (both.jar, both.visitor) == (first.jar, first.visitor)
    assert (again.jar, again.visitor) == (second.jar, second.visitor)


def test_a_traceparent_counts_only_where_servers_ask(client):
    """A stranger's could join two visitors."""
    client.get("/begin/value/")
    client.get("/begin/", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    assert {entry.journey for entry in recorded()} == {""}


def test_of_a_request_without_a_body_no_content_type_is_kept_that_nobody_sent(client):
    client.get("/begin/", CONTENT_TYPE="text/plain")  # as wsgiref fills it in
    client.post("/values/own/", {"name": "a", "value": "b"})
    first, second = [entry.exchange.headers for entry in recorded()]
    assert "Content-Type" not in first
    assert second["Content-Type"].startswith("multipart/form-data")


def test_of_the_headers_some_are_kept_and_of_the_bodies_forms(client):
    client.post("/values/own/?a=b", {"name": "a", "value": "b"}, headers={"x-own": "own", "accept-language": "de"})
    client.post("/values/own/", '{"name": "in-the-json"}', content_type="application/json")
    first, second = [entry.exchange for entry in recorded()]
    assert first.headers["Accept-Language"] == "de"
    assert first.form
    assert "x-own" not in {name.lower() for name in first.headers}
    assert second.form == ()
    assert "in-the-json" not in kept()


SECRETS = [
    ("/values/own/", {"name": "password", "value": "hunter2-Pw"}, "hunter2-Pw"),
    ("/values/own/", {"name": "code", "value": "shortcode77"}, "shortcode77"),
    ("/values/own/", {"login": "My-Pa55word"}, "My-Pa55word"),
    ("/values/own/", {"passwd": "Pa55", "user[password]": "Pa66", "Password ": "Pa77"}, "Pa77"),
    ("/values/own/", {"next": "cb?password=Pa55"}, "Pa55"),
    ("/values/own/", {"next": "%2Fcb%3Fpassword%3DPa55"}, "Pa55"),
    ("/values/own/", {'{"login":"alice","password":"Pa55json8"}': ""}, "Pa55json8"),
    ("/values/own/?a=1;password=Pa55", {}, "Pa55"),
    ("/values/own/", {"scope": "openid&password=Pa55", "next": "/x;password=Pa55"}, "Pa55"),
    ("/values/own/", {"next": "http://alice:Pa55@host//x"}, "Pa55"),
    ("/values/own/", {"redirect_uri": "//alice:Pa55@host/x"}, "Pa55"),
    ("/nope%3Fpassword=Pa55", {}, "Pa55"),
    ("/nope%253Fpassword=Pa55", {}, "Pa55"),
    ("/nope;password=Pa55", {}, "Pa55"),
    ("/values/own/", {"name": " password ", "value": "hunter2-Pw"}, "hunter2-Pw"),
    ("/values/own/", {"value": "hunter2-Pw", **{f"x{n}": "1" for n in range(50)}, "name": "password"}, "hunter2-Pw"),
    ("/values/own/", {"new_password": "hu2", "client_secret_2": "hu3"}, "hu2"),
]


@pytest.mark.parametrize(("path", "form", "secret"), SECRETS)
def test_a_password_is_not_kept_wherever_it_is_typed(client, path, form, secret):
    client.post(path, form)
    kept = [content_of(the_only_entry())[part] for part in ("query", "form", "headers", "path")]
    assert secret not in json.dumps(kept)


def test_of_where_one_came_from_neither_user_nor_query_nor_fragment_is_kept(client):
    client.get("/", headers={"referer": "http://u:Pa55@host.example/x?password=Pa66#password=Pa77"})
    assert the_only_entry().exchange.headers["Referer"].url == "http://host.example/x"
    client.get("/", headers={"origin": "http://u:Pa55@host.example"})
    assert not [word for word in ("Pa55", "Pa66", "Pa77") if word in kept()]


@pytest.mark.parametrize(
    "query",
    [
        "&".join(["a=1"] * 1500),
        "x=/" + "?" * 60_000 + "+y",
        "next=" + "/?next=" * 5000,
        "next=" + "%2F%3Fnext%3D" * 3000,
        "a=" + "b" * 100_000,
        "%00=%ff&%zz",
    ],
)
def test_whatever_is_asked_one_entry_of_a_bounded_size_is_kept(client, query):
    client.get("/begin/", QUERY_STRING=query)
    client.generic("POST", "/values/own/", query.encode(), content_type="application/x-www-form-urlencoded")
    assert number_of_entries() == 2
    assert all(len(json.dumps(content_of(entry))) < 100_000 for entry in recorded())


def test_a_session_full_of_addresses_breaks_no_page(client):
    client.get("/oidc/authenticate/", {"next": "/?a=" * 500})
    for path in ("/", "/begin/", "/session/"):
        response = client.get(path)
        assert response.status_code == 200
        assert b'<details class="session">' in response.content


def test_a_browser_that_names_a_journey_is_a_browser_all_the_same(client):
    client.get("/begin/value/")
    client.get("/begin/", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    assert {entry.exchange.channel for entry in recorded()} == {"front"}


def test_of_two_cookies_of_one_name_both_are_kept_and_which_one_django_took(client):
    client.get("/begin/", headers={"cookie": "site_a_session=first1; theme=dark; site_a_session=second"})
    first, second = (one for one in the_only_entry().exchange.cookies if one.name == "site_a_session")
    assert (first.value, first.is_taken) == (redactor().mask("second"), True)
    assert (second.value, second.is_taken) == (redactor().mask("first1"), False)
    assert the_only_entry().sent_key == ""  # which of the two is the browser's own, no key tells


@pytest.mark.parametrize("header", ["", ";", "=", "a", "a=1; a", "site_a_session=x;;site_a_session", "x=1; =2; x=3"])
def test_no_cookie_header_breaks_the_recording(client, header):
    assert client.get("/begin/", headers={"cookie": header}).status_code == 200
    assert number_of_entries() == 1


def test_which_process_answered_is_kept(client):
    client.get("/begin/")
    assert the_only_entry().exchange.process == os.getpid()


class WithoutFirstName(AbstractBaseUser):
    """The least that a user model of one's own has."""

    email = models.EmailField(unique=True)
    USERNAME_FIELD = "email"

    class Meta:
        app_label = "tests"
        managed = False


def test_a_user_of_a_model_without_a_first_name_has_the_name_to_sign_in_with(rf):
    request = rf.get("/")
    request.user = WithoutFirstName(pk=7, email="ann@example.org")
    assert user_of(request) == Person("7", "ann@example.org")
