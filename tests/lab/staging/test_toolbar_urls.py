"""A page that nobody has, and a debug toolbar at several places of ``MIDDLEWARE``."""

import sys

import pytest

TOOLBAR = "debug_toolbar.middleware.DebugToolbarMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("journal")]


@pytest.fixture
def site_b(settings):
    settings.DEBUG = True
    settings.INTERNAL_IPS = ["127.0.0.1"]
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "debug_toolbar"]
    settings.ROOT_URLCONF = "lab.staging.toolbar_urls"
    yield settings
    del sys.modules["lab.staging.toolbar_urls"]


def what_comes_with_a_key_of_another_server(client):
    client.cookies["site_a_session"] = "k" * 32
    page = client.get("/nowhere/")
    return b"djDebug" in page.content, [one["max-age"] for one in page.cookies.values()]


def test_at_the_end_the_toolbar_lets_django_delete_the_cookie(client, site_b):
    site_b.MIDDLEWARE = [*site_b.MIDDLEWARE, TOOLBAR]
    assert what_comes_with_a_key_of_another_server(client) == (True, [0])


def test_before_the_middleware_of_sessions_the_cookie_stays(client, site_b):
    place = site_b.MIDDLEWARE.index(SESSIONS)
    site_b.MIDDLEWARE = [*site_b.MIDDLEWARE[:place], TOOLBAR, *site_b.MIDDLEWARE[place:]]
    assert what_comes_with_a_key_of_another_server(client) == (True, [])


def test_without_a_toolbar_the_cookie_stays(client, site_b):
    assert what_comes_with_a_key_of_another_server(client) == (False, [])


def test_without_debug_it_stays_away(client, site_b):
    site_b.MIDDLEWARE = [*site_b.MIDDLEWARE, TOOLBAR]
    site_b.DEBUG = False
    assert what_comes_with_a_key_of_another_server(client)[0] is False
