"""Sign-ins that fail in a real browser, and the pages that say why: accessible, and no wider than the window."""

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.looking import violations

RENDER = """
import json
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from django.test import RequestFactory
from relying_party.failures import FAILURES, SignInFailed
from relying_party.lost_session import causes_of

def rendered(reason, silent):
    request = RequestFactory().get("/oidc/callback/", headers={"host": settings.SERVER.netloc})
    request.user, request.session = AnonymousUser(), SessionStore()
    request._messages = FallbackStorage(request)
    try:
        raise SignInFailed(reason, "what/was/wrong: " + "x" * 60, "at_hash")
    except SignInFailed as failure:
        about = {"failure": failure, "silent": silent, "next": "/shelf/", "journey": "ab" * 16, "seconds": 5}
        about["causes"] = causes_of(reason, request)
    return render_to_string(f"relying_party/failures/{reason}.html", about, request)

print(json.dumps({reason: rendered(reason, n % 2 == 1) for n, reason in enumerate(FAILURES)}))
"""


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once("identity", "site_a", "inspector")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def serve(page, address, content):
    page.route(address, lambda route: route.fulfill(body=content, content_type="text/html"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_failure_has_a_page_that_can_be_read(lab, browser, scheme, width):
    pages = json.loads(lab.manage("site_a", "shell", "--verbosity=0", "-c", RENDER))
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}).new_page()
    for reason, content in pages.items():
        address = f"{lab.origin('site_a')}/{reason}/"
        serve(page, address, content)
        page.goto(address)
        assert page.locator("h1").count() == 1, reason
        for heading in ("What happened", "What to do", "Why this usually happens"):
            assert page.get_by_role("heading", name=heading).is_visible(), reason
        assert page.locator(".steps > li").count() >= 2, reason
        assert page.locator("table.stacks tbody tr").count() >= 1, reason
        assert violations(page) == [], reason
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), reason


WITHOUT_SESSION = "Sign-in not finished: this server does not find the session in which it began."


def expect_failure(page, text):
    expect(page.locator("h1")).to_have_text(text)


def test_a_cookie_that_is_gone_when_the_browser_comes_back(page, lab):
    person = Browsing(page, lab)
    person.visit("site_a", "/shelf/")
    page.context.clear_cookies(name="site_a_session")
    person.fill_in_form("alice")
    expect_failure(page, WITHOUT_SESSION)
    person.expect_stranger()


def test_a_sign_in_that_is_finished_in_another_jar_of_cookies(page, lab, browser):
    Browsing(page, lab).visit("site_a", "/shelf/")
    other = Browsing(browser.new_context().new_page(), lab)
    other.page.goto(page.url)
    other.fill_in_form("alice")
    expect_failure(other.page, WITHOUT_SESSION)
    other.page.get_by_role("link", name="See this exchange in the inspector").click()
    expect(other.page.locator("#exchange")).to_contain_text("does not find the session in which it began (400)")


def test_a_callback_that_is_asked_for_again_or_forged_leads_who_is_signed_in_home(page, lab):
    person, callbacks = Browsing(page, lab), []
    page.on("request", lambda request: callbacks.append(request.url) if "/oidc/callback/" in request.url else None)
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    key = person.jar("site_a")["site_a_session"]
    for address in (callbacks[0], lab.origin("site_a") + "/oidc/callback/?error=access_denied"):
        page.goto(address)
        expect(page).to_have_url(lab.origin("site_a") + "/")
        person.expect_known_as("alice")
        assert person.jar("site_a")["site_a_session"] == key


def test_a_client_whose_secret_is_another_and_the_way_to_the_exchange(page, watched_lab):
    lab = watched_lab
    lab.stop("site_b")
    (lab.state / "var/secrets/site_b.client_secret").write_text("a1" * 32)
    lab.start("site_b")
    Browsing(page, lab).sign_in_at("site_b", "alice")
    expect_failure(page, "Sign-in not finished: the provider does not believe that this site is who it says.")
    page.get_by_role("link", name="See this exchange in the inspector").click()
    expect_failure(page, "GET /oidc/callback/")
    expect(page.locator("#exchange")).to_contain_text(
        "the provider does not believe that this site is who it says (502)"
    )
    expect(page.locator("#exchange")).to_contain_text("401 invalid_client")


def test_a_page_of_a_busy_server_goes_on_by_itself_once_the_server_is_not(page, lab):
    person = Browsing(page, lab)
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    with closing(sqlite3.connect(lab.state / "var" / "site_a.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        person.visit("site_a")  # which counts the visit
        expect_failure(page, "The database of this server is busy.")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(
        "The database of this server is busy.", timeout=30_000
    )
    person.expect_known_as("alice")
