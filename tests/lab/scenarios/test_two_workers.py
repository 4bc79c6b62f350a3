"""What the checks of two processes say of other traffic, and what Django does where they share too little."""

import logging

import pytest
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client

from lab.scenarios import two_workers
from lab.staging.answering import PATH
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, exchange, row

BACKENDS = "django.contrib.sessions.backends."


def page(process, user):
    return exchange("site_b", PATH, process=process, user=user)


@pytest.mark.parametrize(
    ("second", "third", "shown"),
    [(ALICE, ALICE, "both"), (NOBODY, ALICE, "second"), (NOBODY, NOBODY, "nobody"), (ALICE, NOBODY, "")],
)
def test_who_one_is_on_the_pages_of_two_processes(second, third, shown):
    steps = [page(1, ALICE), page(2, second), page(1, third)]
    assert two_workers.check(steps).shown == {"pages": shown}


@pytest.mark.parametrize("processes", [(1, 1, 1), (1, 2, 2), (1, 2, 3)])
def test_pages_that_did_not_come_in_turn_show_nothing(processes):
    steps = [page(process, ALICE) for process in processes]
    assert two_workers.check(steps).shown == {"pages": ""}


def test_nobody_who_was_not_signed_in_at_first_was_signed_out():
    steps = [page(1, NOBODY), page(2, NOBODY), page(1, NOBODY)]
    assert two_workers.check(steps).shown == {"pages": ""}


@pytest.mark.parametrize(("after", "shown"), [(row("b1", **KNOWN), "works"), (None, "fails")])
def test_whether_one_can_sign_in_with_identity(after, shown):
    pages = [page(1, ALICE), page(2, ALICE), page(1, ALICE)]
    callback = exchange("site_b", "/oidc/callback/", after=after)
    assert two_workers.check_with_sign_in([*pages, callback]).shown == {"pages": "both", "sign_in": shown}


@pytest.fixture
def signed_in(client, settings):
    """Signed in by one process, with that engine."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "lab.staging.answering.AnsweringMiddleware"]

    def signed_in(engine):
        settings.SESSION_ENGINE = BACKENDS + engine
        client.post(PATH)
        assert is_alice(client)
        return client

    return signed_in


@pytest.fixture
def with_other_key(settings):
    """From then on, another process answers: it has a ``SECRET_KEY`` of its own."""

    def with_other_key():
        settings.SECRET_KEY = "another process"

    return with_other_key


def is_alice(client):
    return "You are alice." in text_of(client.get(PATH))


@pytest.mark.django_db
class TestAnotherProcess:
    def test_without_the_session_in_its_memory_deletes_the_cookie(self, signed_in, settings):
        browser = signed_in("cache")
        caches[settings.SESSION_CACHE_ALIAS].clear()
        assert not is_alice(browser)
        assert settings.SESSION_COOKIE_NAME not in browser.cookies

    def test_with_another_key_takes_the_row_for_empty_and_leaves_row_and_cookie(
        self, signed_in, settings, with_other_key, caplog
    ):
        browser, key = signed_in("db"), settings.SECRET_KEY
        with_other_key()
        with caplog.at_level(logging.WARNING):
            assert not is_alice(browser)
        assert "Session data corrupted" in caplog.text
        settings.SECRET_KEY = key
        assert is_alice(browser)

    def test_with_another_key_that_writes_into_the_session_makes_the_row_its_own(
        self, signed_in, settings, with_other_key
    ):
        browser, key = signed_in("db"), settings.SECRET_KEY
        with_other_key()
        browser.post("/values/language/", {"language": "fr"})
        assert Session.objects.get().get_decoded() == {"language": "fr"}
        settings.SECRET_KEY = key
        assert not is_alice(browser)

    def test_with_another_key_puts_an_empty_session_into_a_signed_cookie(self, signed_in, settings, with_other_key):
        browser, key = signed_in("signed_cookies"), settings.SECRET_KEY
        before = browser.cookies[settings.SESSION_COOKIE_NAME].value
        with_other_key()
        assert not is_alice(browser)
        assert browser.cookies[settings.SESSION_COOKIE_NAME].value not in ("", before)
        settings.SECRET_KEY = key
        assert not is_alice(browser)

    def test_with_another_key_ends_a_session_that_is_kept_without_a_signature(
        self, signed_in, settings, with_other_key
    ):
        """A cache that both reach: the hash of the password was made with the key, too."""
        browser, key = signed_in("cache"), settings.SECRET_KEY
        with_other_key()
        assert not is_alice(browser)
        settings.SECRET_KEY = key
        assert not is_alice(browser)

    def test_with_another_key_accepts_a_form_of_the_first(self, signed_in, settings, with_other_key):
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "lab.staging.answering.AnsweringMiddleware"]
        browser = Client(enforce_csrf_checks=True, headers={"host": settings.SERVER.netloc})
        token = browser.get(PATH).context["csrf_token"]
        with_other_key()
        assert browser.post(PATH, {"csrfmiddlewaretoken": str(token)}).status_code == 200

    def test_with_another_key_drops_a_message_of_the_first(self, rf, settings, with_other_key):
        """Where messages have a cookie of their own, as Django has it."""
        settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
        storage, answer = messages.storage.default_storage(rf.get("/")), HttpResponse()
        storage.add(messages.INFO, "kept")
        storage.update(answer)
        asking = rf.get("/")
        asking.COOKIES["messages"] = answer.cookies["messages"].value
        assert [str(one) for one in messages.storage.default_storage(asking)] == ["kept"]
        with_other_key()
        assert list(messages.storage.default_storage(asking)) == []
