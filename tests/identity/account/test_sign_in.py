from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client

from identity.account.password_hashing import CROWD
from lab.servers import IDENTITY, SITE_A
from lab.web.busy import Busy

ASKING = {"client_id": "site-a", "response_type": "code", "scope": "openid profile email"}


def form_of(asking):
    return "/accounts/login/?" + urlencode({"next": "/identity/o/authorize?" + urlencode(asking)})


def sign_in(client, name="alice", password="alice", **fields):
    return client.post("/accounts/login/", {"login": name, "password": password, **fields})


def test_the_form_says_which_site_asked_and_what_it_will_be_told(client, seeded):
    page = client.get(form_of(ASKING)).content.decode()
    assert "site A</span>, the library, sent you here" in page
    assert f'href="{SITE_A.origin}/"' in page
    for claim in ("iss", "sub", "name", "email"):
        assert f"<code>{claim}</code>" in page
    assert "alice@example.org" in page


def test_the_form_shows_claims_only_of_the_scopes_that_were_asked_for(client, seeded):
    page = client.get(form_of({**ASKING, "scope": "openid"})).content.decode()
    assert "<code>sub</code>" in page
    assert "<code>email</code>" not in page


@pytest.mark.parametrize(
    "next_url",
    [
        "",
        "/",
        "http://evil.example/identity/o/authorize?client_id=site-a",
        "/identity/o/authorize?client_id=nobody",
        "/identity/o/authorize?client_id=%00",
        "//[",
        "\x00",
    ],
)
def test_without_a_known_client_the_form_claims_no_site(client, seeded, next_url):
    response = client.get("/accounts/login/?" + urlencode({"next": next_url}))
    assert response.status_code == 200
    assert "No registered site asks who you are." in response.content.decode()


def test_the_form_shows_the_two_people(client, seeded):
    page = client.get("/accounts/login/").content.decode()
    assert "<code>alice</code></td>" in page
    assert "<code>bob</code></td>" in page


def test_a_wrong_password_says_so_and_keeps_the_name_and_the_site(client, seeded):
    response = client.post(form_of(ASKING), {"login": "alice", "password": "wrong"})
    page = response.content.decode()
    assert "not correct" in page
    assert "You are not signed in. The names and passwords of this lab are in the table below." in page
    assert page.index("in the table below") < page.index("Their passwords are no secret.")
    assert 'value="alice"' in page
    assert "the library, sent you here" in page
    assert not Session.objects.exists()


def test_the_front_page_says_who_is_signed_in_here(client, seeded):
    assert "You are not signed in at Identity" in client.get("/").content.decode()
    sign_in(client)
    assert "Identity knows you as alice" in client.get("/").content.decode()


def test_the_cookie_ends_with_the_browser_unless_one_asks_to_be_remembered(client, seeded):
    sign_in(client)
    assert client.cookies["identity_session"]["max-age"] == ""
    client.logout()
    sign_in(client, remember="on")
    assert client.cookies["identity_session"]["max-age"] > 0


def test_the_session_remembers_how_and_when_one_signed_in_and_who(client, alice):
    sign_in(client)
    (how,) = client.session["account_authentication_methods"]
    alice.refresh_from_db()
    assert (how["method"], how["username"]) == ("password", "alice")
    assert how["at"] == pytest.approx(alice.last_login.timestamp(), abs=60)
    assert client.session["account_authentication_methods_user"] == str(alice.pk)


def test_signing_out_leaves_no_row_and_no_message_behind(client, seeded):
    sign_in(client)
    assert Session.objects.count() == 1
    response = client.post("/accounts/logout/")
    assert response.status_code == 302
    assert response.cookies["identity_session"]["max-age"] == 0
    assert not Session.objects.exists()


def test_a_get_request_does_not_sign_out(client, seeded):
    sign_in(client)
    client.get("/accounts/logout/")
    assert Session.objects.count() == 1


@pytest.mark.parametrize("path", ["signup/", "email/", "password/change/", "password/reset/", "password/set/"])
def test_pages_that_the_lab_does_not_use_are_not_there(client, seeded, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_disabled_account_is_told_so(client, alice):
    alice.is_active = False
    alice.save()
    response = sign_in(client)
    page = client.get(response["Location"]).content.decode()
    assert "This account is disabled" in page
    assert "_auth_user_id" not in client.session


def test_asking_for_the_password_again_needs_the_right_one(client, seeded):
    sign_in(client)
    assert "Your password again" in client.get("/accounts/reauthenticate/").content.decode()
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert wrong.status_code == 200
    assert "You stay signed in here as before." in wrong.content.decode()
    assert client.post("/accounts/reauthenticate/", {"password": "alice"}).status_code == 302


def test_a_lesson_of_forty_sign_ins_and_forty_mistakes_meets_no_limit(client, seeded, cheap_passwords):
    for _ in range(40):
        assert sign_in(client, password="wrong").status_code == 200
    for _ in range(40):
        assert sign_in(client).status_code == 302
        client.post("/accounts/logout/")


TOO_MANY = "Too many failed login attempts"


def in_a_browser():
    """A client that has opened the form, and has its cookie."""
    client = Client(headers={"host": IDENTITY.netloc})
    client.get("/accounts/login/")
    return client


def test_who_guesses_too_often_must_wait_and_locks_out_nobody_else(seeded, cheap_passwords):
    joker, classmate = in_a_browser(), in_a_browser()
    answers = [sign_in(joker, password=f"guess {n}").content.decode() for n in range(61)]
    assert TOO_MANY not in answers[59]
    assert TOO_MANY in answers[60]
    assert TOO_MANY in sign_in(joker).content.decode()  # the right password is not looked at any more
    assert sign_in(classmate).status_code == 302


def test_who_guesses_with_new_cookies_each_time_is_counted_by_address(seeded, cheap_passwords):
    answers = [sign_in(Client(headers={"host": IDENTITY.netloc}), f"somebody{n}", "guess") for n in range(101)]
    assert TOO_MANY not in answers[99].content.decode()
    assert TOO_MANY in answers[100].content.decode()


def test_who_is_asked_for_the_password_again_and_guesses_meets_a_page_that_says_what_to_do(seeded, cheap_passwords):
    browser = in_a_browser()
    sign_in(browser)
    answers = [browser.post("/accounts/reauthenticate/", {"password": f"guess {n}"}) for n in range(61)]
    assert [answer.status_code for answer in answers[59:]] == [200, 429]
    assert "Wait a minute" in answers[60].content.decode()


def test_a_password_that_could_not_be_checked_is_no_guess(seeded, cheap_passwords, monkeypatch):
    browser = in_a_browser()
    with monkeypatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "verify", raising_busy)
        for _ in range(70):
            with pytest.raises(Busy):
                sign_in(browser)
    assert sign_in(browser).status_code == 302


def raising_busy(*args):
    raise Busy(CROWD)


@pytest.fixture
def cheap_passwords(settings, alice):
    """Many sign-ins in one test: what is tried here is counting, not stretching."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    alice.set_password("alice")
    alice.save()
