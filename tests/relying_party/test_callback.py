"""What the browser brings to the callback, and what becomes of the session."""

import sqlite3
import time

import pytest
from django.contrib.sessions.models import Session
from django.template.loader import get_template, render_to_string

from lab.misbehaving.answers import JWKS, TOKEN, USERINFO
from relying_party import pending_logins as states
from relying_party import session_index
from relying_party.failures import FAILURES, SignInFailed
from tests.page import terms_in
from tests.relying_party.conftest import assert_nothing_came_of_it, reason_shown
from trace_context import journey_in, journey_of

pytestmark = pytest.mark.django_db

FORGED = [
    {},
    {"code": "c"},
    {"state": "s"},
    {"code": "c", "state": "s"},
    {"code": "c", "state": ""},
    {"code": "c", "state": "\x00"},
    {"code": ["c", "d"], "state": ["s", "t"]},
    {"error": "access_denied"},
    {"error": "access_denied", "state": "s"},
    {"error": "login_required", "state": "s"},
    {"error": "<script>", "state": "\x00", "code": "'"},
    {"code": "c", "state": "s", "iss": "http://evil.example"},
    {"code": "c" * 50_000, "state": "s" * 50_000},
]


def test_a_sign_in_asks_with_code_pkce_state_and_nonce(begin, settings):
    asked = begin()
    assert asked["response_type"] == "code"
    assert asked["client_id"] == settings.OIDC_RP_CLIENT_ID
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{settings.SERVER.origin}/oidc/callback/"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32


def test_the_person_is_known_by_name_and_arrives_where_they_wanted_to_go(client, come_back):
    response = come_back("/shelf/")
    assert (response.status_code, response["Location"]) == (302, "/shelf/")
    assert "Here you are <strong>carol</strong>" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "target", ["http://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/" * 3]
)
def test_nobody_is_led_to_another_host_after_signing_in(come_back, target):
    assert come_back(target)["Location"] == "/"


def test_nor_to_an_address_that_is_too_long_to_be_led_to(client, come_back):
    response = come_back("/" + "a" * 20_000)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "_auth_user_id" in client.session


def test_signing_in_rotates_the_session_key(client, begin):
    asked = begin()
    before = client.session.session_key
    client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize("reason", FAILURES)
def test_every_way_to_fail_has_a_page(reason):
    assert get_template(f"relying_party/failures/{reason}.html")


@pytest.mark.parametrize("reason", FAILURES)
def test_a_failure_page_explains_a_term_once(rf, reason):
    about = {"failure": SignInFailed(reason)}
    terms = terms_in(render_to_string(f"relying_party/failures/{reason}.html", about, rf.get("/oidc/callback/")))
    assert len(set(terms)) == len(terms)


def test_a_failure_page_explains_the_words_of_the_protocol(client):
    terms = terms_in(client.get("/oidc/callback/").content.decode())
    assert terms == ["state", "session", "session-cookie", "authorization-code"]


# A callback that does not fit


@pytest.mark.parametrize("query", FORGED)
def test_whoever_is_signed_in_stays_so_whatever_comes(client, come_back, provider, people, query):
    come_back()
    before, asked, known = dict(client.session), len(provider.seen), people()
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not response.cookies
    assert dict(client.session) == before
    assert (len(provider.seen), people()) == (asked, known)


@pytest.mark.parametrize("query", FORGED)
def test_a_sign_in_under_way_stays_so_whatever_comes(client, begin, provider, query):
    asked = begin("/shelf/")
    before = dict(client.session)
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, reason_shown(response)) == (400, "unknown_state")
    assert_nothing_came_of_it(client, response)
    assert dict(client.session) == before
    assert not provider.seen
    assert client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})["Location"] == "/shelf/"


@pytest.mark.parametrize("query", FORGED)
def test_a_stranger_gets_a_page_and_no_cookie(client, provider, query):
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, reason_shown(response)) == (400, "no_session_came_back")
    assert "without the cookie" in response.content.decode()
    assert not response.cookies
    assert not Session.objects.exists()
    assert not provider.seen


def test_a_cookie_that_leads_to_no_session_is_said_so(client, begin, settings):
    state = begin()["state"]
    Session.objects.all().delete()
    response = client.get("/oidc/callback/", {"code": "c", "state": state})
    assert (response.status_code, reason_shown(response)) == (400, "no_session_came_back")
    assert "leads to no session" in response.content.decode()
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_of_two_requests_with_one_state_at_once_one_is_answered(client, begin, provider, monkeypatch):
    """Both have read the session before either has written it."""
    query = {"code": "c", "state": begin()["state"]}
    read = dict(client.session)
    assert client.get("/oidc/callback/", query).status_code == 302
    client.post("/oidc/logout/")
    begin()
    monkeypatch.setattr(states, "is_known", lambda session, state: state in read["oidc_states"])
    asked = len(provider.seen)
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, reason_shown(response)) == (400, "unknown_state")
    assert len(provider.seen) == asked


def test_a_session_that_ends_in_the_very_moment_is_said_so(client, begin, monkeypatch, provider):
    """Signed out in another tab, between reading the session and using up the state."""
    state = begin()["state"]
    is_known = states.is_known
    monkeypatch.setattr(states, "is_known", lambda *asked: is_known(*asked) and Session.objects.all().delete())
    response = client.get("/oidc/callback/", {"code": "c", "state": state})
    assert (response.status_code, reason_shown(response)) == (400, "no_session_came_back")
    assert not provider.seen


def test_a_sign_in_that_the_library_alone_began_is_finished(client, begin):
    """As on the day on which this app takes the library's place."""
    state = begin("/shelf/")["state"]
    session = client.session
    for name in ("next", "silent"):
        del session["oidc_states"][state][name]
    session.save()
    assert client.get("/oidc/callback/", {"code": "c", "state": state})["Location"] == "/"


def test_a_session_that_ends_while_identity_is_asked_makes_room_for_a_new_one(client, begin, ended_meanwhile):
    """Signed out in another tab meanwhile: whoever comes back with a code is signed in all the same."""
    state = begin()["state"]
    gone = client.session.session_key
    assert client.get("/oidc/callback/", {"code": "c", "state": state}).status_code == 302
    assert "_auth_user_id" in client.session
    assert client.session.session_key != gone


def test_the_state_of_another_browser_is_unknown(client, begin, new_client, provider):
    state = begin()["state"]
    other = new_client()
    other.get("/oidc/authenticate/")
    response = other.get("/oidc/callback/", {"code": "c", "state": state})
    assert (response.status_code, reason_shown(response)) == (400, "unknown_state")
    assert not provider.seen


def test_a_callback_that_is_loaded_again_leads_home_and_changes_nothing(client, begin, provider):
    query = {"code": "c", "state": begin("/shelf/")["state"]}
    assert client.get("/oidc/callback/", query)["Location"] == "/shelf/"
    asked, before = len(provider.seen), dict(client.session)
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert (len(provider.seen), dict(client.session)) == (asked, before)


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options"])
def test_only_a_get_uses_a_state_up(client, begin, provider, method):
    query = f"?code=c&state={begin()['state']}"
    assert getattr(client, method)(f"/oidc/callback/{query}").status_code == 405
    assert not provider.seen
    assert client.get(f"/oidc/callback/{query}").status_code == 302


# A callback that fits, and brings no code


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ({}, 400, "no_code"),
        ({"code": ""}, 400, "no_code"),
        ({"error": ""}, 400, "no_code"),
        ({"error": "access_denied"}, 403, "refused"),
        ({"error": "access_denied", "code": "c"}, 403, "refused"),
        ({"error": "login_required"}, 502, "said_no"),  # nobody had asked silently
        ({"error": "server_error", "error_description": "d" * 10_000}, 502, "said_no"),
        ({"error": "\x00\x1b[31m"}, 502, "said_no"),
        ({"error": "e" * 10_000}, 502, "said_no"),
        ({"code": "c", "iss": "http://evil.example"}, 400, "other_issuer"),
        ({"code": "c", "iss": "http://identity.localhost:8000/"}, 400, "other_issuer"),
        ({"code": "c", "iss": ""}, 400, "other_issuer"),
        ({"error": "access_denied", "iss": "http://evil.example"}, 400, "other_issuer"),
    ],
)
def test_without_a_code_identity_is_not_asked(client, begin, refused, provider, query, status, reason):
    refused(client.get("/oidc/callback/", {"state": begin()["state"], **query}), status, reason)
    assert not provider.seen


def test_the_right_issuer_is_no_hindrance(client, begin, settings):
    query = {"state": begin()["state"], "code": "c", "iss": settings.OIDC_OP_ISSUER}
    assert client.get("/oidc/callback/", query).status_code == 302


def test_identitys_no_ends_this_sign_in_and_leaves_the_person_signed_in(client, come_back, begin):
    come_back()
    state = begin()["state"]
    response = client.get("/oidc/callback/", {"error": "access_denied", "state": state})
    page = response.content.decode()
    assert (response.status_code, reason_shown(response)) == (403, "refused")
    assert "error=access_denied" in page
    assert "You stay signed in here as before." in page
    assert "_auth_user_id" in client.session
    assert state not in client.session["oidc_states"]


@pytest.mark.parametrize("answer", [(500, "", "text/plain"), (200, "{}", "application/json")])
def test_so_does_an_answer_that_cannot_be_used(client, come_back, provider, answer):
    come_back()
    before = {name: value for name, value in client.session.items() if name != "oidc_states"}
    provider.answers[TOKEN] = answer
    assert come_back().status_code == 502
    assert {name: value for name, value in client.session.items() if name != "oidc_states"} == before


def test_what_identity_says_is_shown_as_text(client, begin):
    query = {"error": "<script>alert(1)</script>", "error_description": "<b>", "state": begin()["state"]}
    page = client.get("/oidc/callback/", query).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# States


def at(monkeypatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(states.time, "time", lambda: now)


def test_a_state_may_be_an_hour_old_and_no_older(client, begin, refused, provider, monkeypatch, settings):
    old, young = begin()["state"], begin()["state"]
    assert settings.OIDC_STATE_LIVES == 3600
    added = client.session["oidc_states"]
    monkeypatch.setattr(states.time, "time", lambda: added[old]["added_on"] + 3600)
    refused(client.get("/oidc/callback/", {"code": "c", "state": old}), 400, "state_expired")
    assert not provider.seen
    monkeypatch.setattr(states.time, "time", lambda: added[young]["added_on"] + 3590)
    assert client.get("/oidc/callback/", {"code": "c", "state": young}).status_code == 302


def test_a_state_from_the_far_future_has_expired_too(client, begin, refused):
    """The clock was wrong when it was begun, and has been set right."""
    state = begin()["state"]
    session = client.session
    session["oidc_states"][state]["added_on"] += 3700
    session.save()
    refused(client.get("/oidc/callback/", {"code": "c", "state": state}), 400, "state_expired")


def test_old_states_are_dropped_when_a_sign_in_begins(client, begin, monkeypatch):
    begin()
    begin()
    at(monkeypatch, 3700)
    state = begin()["state"]
    assert list(client.session["oidc_states"]) == [state]


def test_of_many_states_the_newest_are_kept(client, begin, settings):
    begun = [begin()["state"] for _ in range(settings.OIDC_MAX_STATES + 3)]
    assert list(client.session["oidc_states"]) == begun[3:]


def test_two_tabs_keep_their_own_targets(client, begin, provider):
    one, two = begin("/shelf/"), begin("/values/")
    for asked, target in ((two, "/values/"), (one, "/shelf/")):
        provider.nonce = asked["nonce"]
        response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
        assert response["Location"] == target
    assert client.session["oidc_states"] == {}


def test_a_token_for_the_other_tab_is_refused(client, begin, refused, provider):
    one, two = begin(), begin()
    provider.nonce = two["nonce"]
    refused(client.get("/oidc/callback/", {"code": "c", "state": one["state"]}), 502, "token_refused", "nonce")
    assert list(client.session["oidc_states"]) == [two["state"]]


# Who it is


def test_another_person_gets_a_session_of_their_own_and_is_told_so(client, come_back, provider):
    come_back()
    client.post("/values/language/", {"language": "de"})
    session = client.session
    session["left_behind"] = "carol's"
    session.save()
    key, before = session.session_key, session["_auth_user_id"]
    provider.claims["sub"] = provider.userinfo["sub"] = "8"
    provider.userinfo["name"] = "<i>dave</i>"
    assert come_back("/shelf/")["Location"] == "/shelf/"
    assert client.session["_auth_user_id"] != before
    assert client.session.session_key != key
    assert "left_behind" not in client.session
    assert not Session.objects.filter(pk=key).exists()
    page = client.get("/shelf/").content.decode()
    assert "The provider says that you are &lt;i&gt;dave&lt;/i&gt; now. The session of carol has ended here" in page


def test_tokens_that_are_to_be_kept_are_those_of_whoever_is_there_now(client, come_back, provider, settings):
    settings.OIDC_STORE_ID_TOKEN = settings.OIDC_STORE_ACCESS_TOKEN = True
    come_back()
    first = client.session["oidc_id_token"]
    provider.claims["sub"] = provider.userinfo["sub"] = "8"
    come_back()
    assert client.session["oidc_access_token"]
    assert client.session["oidc_id_token"] != first


def test_the_same_person_is_told_nothing(client, come_back):
    come_back()
    come_back()
    assert "has ended here" not in client.get("/").content.decode()


@pytest.mark.parametrize("is_stored", [False, True])
def test_who_is_disabled_here_is_not_signed_in(
    client, come_back, refused, people, django_user_model, settings, is_stored
):
    settings.OIDC_STORE_ID_TOKEN = settings.OIDC_STORE_ACCESS_TOKEN = is_stored
    come_back()
    client.post("/oidc/logout/")
    django_user_model.objects.update(is_active=False)
    refused(come_back(), 403, "user_disabled", people=people())


def test_who_is_disabled_while_signed_in_is_so_no_longer(client, come_back, django_user_model):
    come_back()
    django_user_model.objects.update(is_active=False)
    assert "Here you are</span> not signed in" in client.get("/").content.decode()
    assert come_back().status_code == 403
    assert "Here you are</span> not signed in" in client.get("/").content.decode()


# Behind the browser


def test_the_back_channel_names_identity_and_takes_no_cookie_or_proxy(come_back, provider, settings, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for path in (TOKEN, JWKS, USERINFO):
        provider.headers[path] = {"Set-Cookie": "a=b"}
    come_back()
    assert [path for _, path, _ in provider.seen] == [TOKEN, JWKS, USERINFO]
    for _, _, headers in provider.seen:
        assert headers["Host"] == settings.OIDC_OP_ISSUER.removeprefix("http://")
        assert "Cookie" not in headers


def test_the_back_channel_names_the_sign_in_it_serves_without_telling_its_state(client, begin, provider):
    state = begin()["state"]
    client.get("/oidc/callback/", {"code": "the-code", "state": state})
    journeys = {journey_in(headers["traceparent"]) for _, _, headers in provider.seen}
    assert journeys == {journey_of(state)}
    assert state not in str(provider.seen)


def test_signing_out_takes_a_post_and_deletes_the_row(client, come_back):
    come_back()
    assert client.get("/oidc/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    response = client.post("/oidc/logout/")
    assert response["Location"] == "/signed-out/"
    assert not Session.objects.exists()


def test_a_database_that_is_busy_after_the_state_was_used_leads_to_another_try(client, come_back, monkeypatch):
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"

    def remember(request, claims):
        raise busy

    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(session_index, "remember", remember)
        response = come_back("/shelf/")
    assert (response.status_code, response["Refresh"]) == (503, "5; url=/oidc/authenticate/?next=%2Fshelf%2F")
    assert "_auth_user_id" not in client.session
    assert come_back("/shelf/")["Location"] == "/shelf/"
