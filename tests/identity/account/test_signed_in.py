"""What signing in is: what ``authenticate()`` was given and answered, and what ``login()`` then wrote."""

import pytest
from django.contrib.sessions.models import Session

from tests.page import text_of


def sign_in(client, name="alice", password=None, **more):
    return client.post("/accounts/login/", {"login": name, "password": password or name, **more}, follow=True)


def test_a_stranger_is_asked_to_sign_in_first(client, seeded):
    assert client.get("/signed-in/")["Location"] == "/accounts/login/?next=/signed-in/"


def test_the_page_follows_a_sign_in_that_no_site_asked_for(client, seeded):
    response = sign_in(client)
    assert response.request["PATH_INFO"] == "/signed-in/"
    assert "Checking the password changed nothing. login() changed the session." in text_of(response)


def test_it_says_what_authenticate_was_given_and_answered_and_never_the_password(client, alice):
    alice.set_password("a very secret phrase")
    alice.save()
    response = sign_in(client, "alice", "a very secret phrase")
    page = text_of(response)
    assert 'Given username "alice", password what you typed; kept nowhere' in page
    assert "Asked allauth.account.auth_backends.AuthenticationBackend" in page
    assert "Answered allauth.account.auth_backends.AuthenticationBackend: alice" in page
    assert "Changed nothing: values, key and CSRF token as before, and request.user still AnonymousUser" in page
    assert "very secret" not in response.content.decode()
    assert "very secret" not in str(client.session.items())


def test_it_says_what_login_changed_and_that_is_what_was_changed(client, alice):
    client.get("/accounts/login/")
    token = client.cookies["identity_csrftoken"].value
    page = text_of(sign_in(client))
    alice.refresh_from_db()
    assert f"Session key none {client.session.session_key[:6]}…" in page
    assert "Values written none _auth_user_id, _auth_user_backend, _auth_user_hash" in page
    assert f"CSRF token {token[:6]}… {client.cookies['identity_csrftoken'].value[:6]}…" in page
    assert token != client.cookies["identity_csrftoken"].value
    assert "request.user AnonymousUser alice" in page
    assert f"last_login never {alice.last_login.isoformat(timespec='seconds')}" in page
    assert {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"} <= set(client.session.keys())


def test_a_session_that_was_there_before_gets_another_key(client, seeded):
    session = client.session
    session["color"] = "red"
    session.save()
    client.cookies["identity_session"] = session.session_key
    page = text_of(sign_in(client))
    assert f"Session key {session.session_key[:6]}… {client.session.session_key[:6]}…" in page
    assert client.session["color"] == "red"
    assert Session.objects.count() == 1


def test_a_wrong_password_leaves_nothing_behind(client, seeded):
    sign_in(client, "alice", "wrong")
    assert not Session.objects.exists()


def test_a_session_without_that_memory_says_how_to_get_it(client, alice):
    client.force_login(alice)
    assert "This session has no record of its sign-in." in text_of(client.get("/signed-in/"))


@pytest.mark.parametrize("anchor", ["#authenticating-users", "#how-to-log-a-user-in"])
def test_where_the_lesson_ends_it_leads_to_djangos_documentation_of_it(client, seeded, anchor):
    page = sign_in(client).content.decode()
    assert f"https://docs.djangoproject.com/en/5.2/topics/auth/default/{anchor}" in page
