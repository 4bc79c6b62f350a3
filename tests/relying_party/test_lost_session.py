"""Why a session did not come back: ranked by what the request itself shows."""

import pytest
from django.test import RequestFactory

from relying_party.lost_session import CAUSES, causes_of
from tests.page import text_of

REASON = "no_session_came_back"


@pytest.fixture
def likely(settings):
    """The titles of the causes that a request supports, and by what."""

    def asked(cookies="", path="/oidc/callback/", reason=REASON, **headers):
        request = RequestFactory().get(path, headers={"host": settings.SERVER.netloc, "cookie": cookies, **headers})
        ranked = causes_of(reason, request)
        assert len(ranked) == len(CAUSES[reason]) or all(one.is_certain for one in ranked)
        return {one.cause.title: one.observed for one in ranked if one.observed}

    return asked


def test_those_for_which_something_speaks_come_first():
    request = RequestFactory().get("/oidc/callback/", headers={"sec-fetch-site": "none"})
    observed = [bool(one.observed) for one in causes_of(REASON, request)]
    assert observed == sorted(observed, reverse=True)
    assert any(observed)
    assert not all(observed)


def test_nothing_speaks_for_a_cause_where_nothing_was_seen(likely):
    assert list(likely("other=1")) == []


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("elsewhere.test", "'elsewhere.test', and this host is site-a.localhost"),
        ("localhost", "a name of one part"),
        (".site-a.localhost", ""),
        ("site-a.localhost", ""),
        (None, ""),
    ],
)
def test_a_domain_that_does_not_fit(likely, settings, domain, said):
    settings.SESSION_COOKIE_DOMAIN = domain
    observed = likely().get("SESSION_COOKIE_DOMAIN", "")
    assert said in observed
    assert bool(said) == bool(observed)


@pytest.mark.parametrize(
    ("path", "fits"), [("/", True), ("/oidc/", True), ("/oidc", True), ("/app/", False), ("/oidc/callback/x", False)]
)
def test_a_path_that_does_not_fit(likely, settings, path, fits):
    settings.SESSION_COOKIE_PATH = path
    assert ("SESSION_COOKIE_PATH" in likely()) is not fits


def test_a_host_of_one_part_may_name_itself(likely, settings):
    settings.SESSION_COOKIE_DOMAIN = "localhost"
    settings.ALLOWED_HOSTS = ["localhost"]
    assert "SESSION_COOKIE_DOMAIN" not in likely(host="localhost:8001")


@pytest.mark.parametrize(
    ("said", "is_secure", "is_refused"),
    [("None", False, True), ("none", False, True), ("None", True, False), (None, False, False), (False, False, False)],
)
def test_a_cookie_for_other_sites_that_is_not_secure(likely, settings, said, is_secure, is_refused):
    settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_SECURE = said, is_secure
    assert ('SESSION_COOKIE_SAMESITE = "None"' in likely()) is is_refused


def test_where_the_browser_refuses_the_cookie_no_other_cause_is_shown(client, settings):
    settings.SESSION_COOKIE_DOMAIN = "localhost"
    page = text_of(
        client.get("/oidc/callback/", {"state": "s", "code": "c"}, headers={"host": "site-a.localhost:8001"})
    )
    assert "Why this happened Cause How to tell SESSION_COOKIE_DOMAIN Certain. SESSION_COOKIE_DOMAIN is" in page
    assert "Likely" not in page
    assert "Two names for one server" not in page


def test_a_secure_cookie_over_http(likely, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert "Safari" in likely()["SESSION_COOKIE_SECURE"]
    assert "SESSION_COOKIE_SECURE" not in likely(f"{settings.SESSION_COOKIE_NAME}=k")


def test_a_secure_cookie_over_http_to_another_machine(likely, settings):
    settings.SESSION_COOKIE_SECURE, settings.ALLOWED_HOSTS = True, ["shop.test"]
    assert "browsers keep it for https" in likely(host="shop.test")["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("said", ["Strict", "strict"])
def test_a_strict_cookie_that_did_not_come(likely, settings, said):
    settings.SESSION_COOKIE_SAMESITE = said
    assert 'SESSION_COOKIE_SAMESITE = "Strict"' in likely()
    assert 'SESSION_COOKIE_SAMESITE = "Strict"' not in likely(f"{settings.SESSION_COOKIE_NAME}=k")


@pytest.mark.parametrize("reason", CAUSES)
def test_a_cookie_that_came_twice(likely, settings, reason):
    name = settings.SESSION_COOKIE_NAME
    assert f"{name} came 2 times" in likely(f"{name}=a; x=1; {name}=b", reason=reason)["Two cookies of one name"]


def test_which_cookies_came(likely, settings):
    assert "The browser blocks or has cleared cookies" in likely()
    assert "The session ended meanwhile" in likely(f"{settings.CSRF_COOKIE_NAME}=c")
    assert "Another server on this host uses the same cookie name" in likely(f"{settings.SESSION_COOKIE_NAME}=k")


@pytest.mark.parametrize(
    ("engine", "backend", "is_likely"),
    [
        ("cache", "django.core.cache.backends.locmem.LocMemCache", True),
        ("cache", "django.core.cache.backends.dummy.DummyCache", False),
        ("cached_db", "django.core.cache.backends.locmem.LocMemCache", False),
    ],
)
def test_sessions_in_the_memory_of_one_process(likely, settings, engine, backend, is_likely):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.CACHES = {**settings.CACHES, settings.SESSION_CACHE_ALIAS: {"BACKEND": backend}}
    title = "This server has several processes, or was started again"
    assert (title in likely(f"{settings.SESSION_COOKIE_NAME}=k")) == is_likely
    assert title not in likely()


def test_a_name_that_only_looks_the_same_when_it_is_decoded_is_another(likely, settings):
    settings.SESSION_COOKIE_NAME = "sessionid"
    assert "Two cookies of one name" not in likely("%73essionid=a; sessionid=b")


@pytest.mark.parametrize(("host", "is_loopback"), [("[::1]:8001", True), ("notlocalhost", False)])
def test_what_is_this_machine_by_its_name(likely, settings, host, is_loopback):
    settings.SESSION_COOKIE_SECURE, settings.ALLOWED_HOSTS = True, ["*"]
    assert ("Safari" in likely(host=host)["SESSION_COOKIE_SECURE"]) is is_loopback


def test_the_page_shows_the_likely_one_first(client):
    page = text_of(client.get("/oidc/callback/", {"state": "s", "code": "c"}, headers={"sec-fetch-site": "none"}))
    assert "Cause How to tell This address was opened by hand, or reloaded long after Likely. The browser says" in page
