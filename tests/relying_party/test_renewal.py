"""Once it is time, Identity is asked silently whether the person is still there."""

import time
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from lab.misbehaving.answers import TOKEN, from_now
from relying_party.renewal import AGAIN_AFTER, DUE
from tests.relying_party.conftest import noted_by, reason_shown

pytestmark = pytest.mark.django_db

RENEWED = (DUE, "oidc_states", "oidc_id_token")


@pytest.fixture
def due(client, come_back):
    """Somebody is signed in, since long ago."""
    come_back()
    make_due(client)


def make_due(client) -> None:
    """More than a minute after it was asked for last, too."""
    cache.clear()
    session = client.session
    session[DUE] = time.time() - 1
    session.save()


@pytest.fixture
def asked(client, due, provider):
    """Opening a page has led to Identity: what it is asked."""
    return noted_by(provider, client.get("/shelf/?page=2"))


def is_asked(response) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == "/identity/o/authorize"


def test_asked_once_it_is_time_and_not_before(client, come_back, settings):
    come_back()
    ahead = client.session[DUE] - time.time()
    assert settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS - 60 < ahead <= settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS
    assert client.get("/").status_code == 200
    make_due(client)
    assert is_asked(client.get("/"))


def test_asked_at_once_where_the_clock_was_set_back(client, come_back, settings):
    come_back()
    session = client.session
    session[DUE] += 24 * 60 * 60  # noted when the clock was a day ahead
    session.save()
    assert is_asked(client.get("/"))


def test_asked_without_showing_anything(asked, settings):
    assert asked["prompt"] == "none"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{settings.SERVER.origin}/oidc/callback/"


def test_a_sign_in_by_hand_is_not_silent(begin):
    assert "prompt" not in begin()


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("post", "/values/language/", "navigate"),
        ("post", "/", "navigate"),
        ("head", "/", "navigate"),
        ("get", "/", "cors"),
        ("get", "/", "no-cors"),
        ("get", "/", "same-origin"),
        ("get", "/", "websocket"),
        ("get", "/", ""),
        ("get", "/oidc/callback/", "navigate"),
        ("get", "/oidc/authenticate/", "navigate"),
        ("get", "/oidc/logout/", "navigate"),
        ("post", "/oidc/logout/", "navigate"),
        ("get", "/no-such-page/", "navigate"),
    ],
)
def test_only_a_page_that_is_opened_asks(client, due, method, path, mode):
    response = getattr(client, method)(path, headers={"Sec-Fetch-Mode": mode})
    assert not is_asked(response) or "prompt=none" not in response["Location"]
    assert client.session.get(DUE, 0) < time.time()


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Mode": "navigate"}])
def test_a_browser_that_does_not_say_how_it_asks_is_asked_too(client, due, headers):
    assert is_asked(client.get("/", headers=headers))


def test_nobody_is_never_asked(client):
    for _ in range(2):
        response = client.get("/")
        assert (response.status_code, dict(response.cookies)) == (200, {})


def test_whoever_has_signed_out_is_not_asked(client, due):
    client.post("/oidc/logout/")
    assert client.get("/").status_code == 200


def test_nor_is_a_session_that_remembers_a_time_and_nobody(client, due):
    session = client.session
    del session["_auth_user_id"]
    session.save()
    assert client.get("/").status_code == 200


def test_the_same_person_keeps_session_and_csrf_token(client, asked, settings, provider):
    client.get("/", headers={"Sec-Fetch-Mode": "cors"})
    key, csrf = client.session.session_key, client.cookies[settings.CSRF_COOKIE_NAME].value
    kept = {name: value for name, value in client.session.items() if name not in RENEWED}
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert (response.status_code, response["Location"]) == (302, "/shelf/?page=2")
    assert client.session.session_key == key
    assert client.cookies[settings.CSRF_COOKIE_NAME].value == csrf
    assert {name: value for name, value in client.session.items() if name not in RENEWED} == kept
    assert client.session["oidc_states"] == {}
    assert client.session[DUE] > time.time() + settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS - 60
    page = client.get("/shelf/")
    assert page.status_code == 200
    assert "has ended here" not in page.content.decode()


@pytest.mark.parametrize(
    "error", ["login_required", "interaction_required", "consent_required", "account_selection_required"]
)
def test_who_has_left_identity_is_signed_out_and_told_so(client, asked, provider, error):
    key, asked_for = client.session.session_key, len(provider.seen)
    response = client.get("/oidc/callback/", {"error": error, "state": asked["state"]})
    page = response.content.decode()
    assert response.status_code == 200
    assert ("so you were signed out here, too" in page) == (error == "login_required")
    assert f"<code>{error}</code>" in page
    assert "?next=%2Fshelf%2F%3Fpage%3D2" in page
    assert not Session.objects.filter(pk=key).exists()
    assert "Here you are</span> not signed in" in client.get("/").content.decode()
    assert len(provider.seen) == asked_for


def test_that_answer_ends_nothing_where_another_provider_gives_it(client, asked):
    query = {"error": "login_required", "state": asked["state"], "iss": "http://evil.example"}
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, reason_shown(response)) == (400, "other_issuer")
    assert "_auth_user_id" in client.session


def test_nor_where_it_is_not_the_answer_to_a_silent_question(client, come_back, begin):
    come_back()
    response = client.get("/oidc/callback/", {"error": "login_required", "state": begin()["state"]})
    assert (response.status_code, reason_shown(response)) == (502, "said_no")
    assert "_auth_user_id" in client.session


def test_nor_where_it_comes_a_second_time_or_without_its_state(client, asked):
    client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    for state in (asked["state"], "another"):
        assert client.get("/oidc/callback/", {"error": "login_required", "state": state})["Location"] == "/"
    assert "_auth_user_id" in client.session


def broken(provider):
    provider.answers[TOKEN] = (500, "<h1>oops</h1>", "text/html")


@pytest.mark.parametrize(
    ("query", "prepare", "status", "reason"),
    [
        ({"error": "server_error"}, None, 502, "said_no"),
        ({"error": "access_denied"}, None, 403, "refused"),
        ({"error": "temporarily_unavailable"}, None, 502, "said_no"),
        ({}, None, 400, "no_code"),
        ({"code": "c"}, broken, 502, "failed"),
        ({"code": "c"}, lambda provider: provider.close(), 502, "unreachable"),
        ({"code": "c"}, lambda provider: provider.claims.update(exp=from_now(-100)), 502, "token_refused"),
        ({"code": "c"}, lambda provider: provider.userinfo.update(sub="8"), 502, "another_person"),
    ],
)
def test_any_other_failure_leaves_the_person_signed_in_and_asks_no_more_for_a_minute(
    client, asked, provider, query, prepare, status, reason
):
    if prepare:
        prepare(provider)
    key, person = client.session.session_key, client.session["_auth_user_id"]
    response = client.get("/oidc/callback/", {"state": asked["state"], **query})
    page = response.content.decode()
    assert response.status_code == status
    assert reason in (None, reason_shown(response))
    assert "Asking the provider again failed: " in page
    assert "You stay signed in here as before." in page
    assert 'href="/shelf/?page=2">Go on</a>' in page
    assert (client.session.session_key, client.session["_auth_user_id"]) == (key, person)
    assert client.session[DUE] > time.time() + AGAIN_AFTER - 30
    assert client.get("/shelf/").status_code == 200


def test_a_provider_that_is_busy_leads_on_to_the_page_that_was_asked_for(client, asked, provider):
    provider.answers[TOKEN] = (503, "", "text/html")
    response = client.get("/oidc/callback/", {"state": asked["state"], "code": "c"})
    assert (response.status_code, reason_shown(response)) == (503, "busy")
    assert response["Refresh"] == "5; url=/shelf/?page=2"
    assert client.get("/shelf/?page=2").status_code == 200


def test_a_browser_that_never_comes_back_is_not_asked_again_within_a_minute(client, asked):
    assert client.get("/shelf/").status_code == 200
    make_due(client)
    assert is_asked(client.get("/shelf/"))


def test_another_person_gets_a_session_of_their_own_and_is_told_so(client, asked, provider):
    key = client.session.session_key
    provider.claims["sub"] = provider.userinfo["sub"] = "8"
    provider.userinfo["name"] = "dave"
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert response["Location"] == "/shelf/?page=2"
    assert not Session.objects.filter(pk=key).exists()
    page = client.get("/shelf/").content.decode()
    assert "The provider says that you are dave now. The session of carol has ended here" in page
    assert "Here you are <strong>dave</strong>" in page


def test_two_tabs_that_are_due_at_once_ask_once(client, due):
    assert is_asked(client.get("/shelf/"))
    assert client.get("/values/").status_code == 200


def test_an_address_that_is_too_long_to_be_led_to_leads_home(client, due, provider):
    asked = noted_by(provider, client.get("/shelf/?" + "a" * 20_000))
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_whoever_signs_out_while_identity_is_asked_stays_signed_out(client, asked, ended_meanwhile):
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert (response.status_code, reason_shown(response)) == (400, "no_session_came_back")
    assert "signed out here while the provider was asked" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch"},
        {"Accept": "*/*"},  # a script, where the browser does not say how it asks
    ],
)
def test_what_nobody_looks_at_asks_nothing(client, due, headers):
    assert client.get("/", headers=headers).status_code == 200


SCRIPTS = {
    "jQuery": {"X-Requested-With": "XMLHttpRequest", "Accept": "text/html, */*; q=0.01"},
    "jQuery for anything": {"X-Requested-With": "XMLHttpRequest", "Accept": "*/*"},
    "htmx": {"HX-Request": "true", "Accept": "*/*"},
    "boosted htmx": {"HX-Request": "true", "HX-Boosted": "true", "Accept": "text/html"},
    "Turbo": {"Accept": "text/html, application/xhtml+xml"},
    "a stream of Turbo": {"Accept": "text/vnd.turbo-stream.html, text/html, application/xhtml+xml"},
    "a frame of Turbo": {"Turbo-Frame": "list", "Accept": "text/html, application/xhtml+xml"},
    "Turbo by its number": {"X-Turbo-Request-Id": "1", "Accept": "text/html"},
    "a script that says so": {"X-Requested-With": "fetch", "Accept": "text/html"},
}


@pytest.mark.parametrize("headers", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("more", [{}, {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}])
def test_a_script_is_told_to_have_its_page_opened_anew(client, due, provider, headers, more):
    """Over plain http, too, where the browser does not say that it is a script."""
    asked_for = len(provider.seen)
    page = {"Referer": "http://site-a.localhost:8001/shelf/?page=2"}
    response = client.get("/values/", headers={**headers, **more, **page})
    assert (response.status_code, response["refresh_url"]) == (403, page["Referer"])
    assert response.json() == {"refresh_url": page["Referer"]}
    assert (response["HX-Refresh"], response["Cache-Control"]) == ("true", "no-store")
    assert len(provider.seen) == asked_for
    assert is_asked(client.get("/shelf/?page=2"))
    assert client.get("/values/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "page", [None, "", "http://evil.example/", "javascript:alert(1)", "http://[x", "//evil.example"]
)
def test_it_is_led_to_no_other_host(client, due, page):
    headers = {"X-Requested-With": "XMLHttpRequest", **({} if page is None else {"Referer": page})}
    assert client.get("/", headers=headers)["refresh_url"] == "/"


def test_nothing_is_told_to_a_script_before_it_is_time_or_that_sends_something(client, come_back):
    come_back()
    script = {"X-Requested-With": "XMLHttpRequest"}
    assert client.get("/", headers=script).status_code == 200
    make_due(client)
    assert client.post("/values/language/", {"language": "de"}, headers=script).status_code == 302
    assert client.session["language"] == "de"


@pytest.mark.parametrize("name", ["Purpose", "X-Moz", "X-Sec-Purpose", "X-Purpose"])
@pytest.mark.parametrize("more", [{}, {"Accept": "text/html, application/xhtml+xml"}])
def test_a_page_that_is_fetched_in_advance_asks_nothing(client, due, name, more):
    assert client.get("/", headers={name: "prefetch", **more}).status_code == 200


def test_tabs_that_are_due_at_the_same_instant_ask_once(client, due):
    """Each has read the session before any has written it."""
    before = dict(client.session)
    assert is_asked(client.get("/shelf/"))
    session = client.session
    session[DUE] = before[DUE]
    session.save()
    assert client.get("/values/").status_code == 200
