"""The main job: sign in once, be known at both sites, with three cookie jars."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.scale import scaled

SERVERS = ("identity", "site_a", "site_b")


@pytest.fixture(
    scope="module", params=["http", *(pytest.param(way, marks=pytest.mark.slow) for way in ("https", "scale"))]
)
def way(request):
    """How the lab runs: ``make run``, the same over https, ``make scale``."""
    return request.param


@pytest.fixture
def lab(request, way):
    return request.getfixturevalue("scaled_lab" if way == "scale" else "rewound_lab")


@pytest.fixture(scope="module")
def running_lab(start_once, way):
    return start_once(*SERVERS, **({"LAB_HTTPS": "1"} if way == "https" else {}))


@pytest.fixture(scope="module")
def scaled_lab():
    with scaled() as lab:
        yield lab


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """It need not trust the lab's authority here; ``test_https`` lets it."""
    return {**browser_context_args, "ignore_https_errors": True}


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_one_password_and_both_sites_know_you(person, page, name):
    person.sign_in_at("site_a", name)
    assert page.url == person.lab.origin("site_a") + "/"
    person.expect_known_as(name)

    person.visit("site_b")
    person.expect_stranger()  # no cookie of another server tells it anything
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.get_by_role("link", name="Sign in at Identity").click()
    person.expect_known_as(name)
    assert page.url == person.lab.origin("site_b") + "/"
    assert not [url for method, url in asked if method == "POST" or "/accounts/login/" in url]

    person.visit("identity")
    person.expect_known_as(name)


def test_three_jars_hold_three_session_keys_none_in_common(person, page, lab, way):
    person.sign_in_at("site_a", "alice")
    person.visit("site_b", "/orders/")
    person.expect_known_as("alice")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    sessions, tokens = (
        {server: lab.cookie(f"{server}_{what}") for server in SERVERS} for what in ("session", "csrftoken")
    )
    assert len({cookies[name]["value"] for name in sessions.values()}) == 3
    for server in SERVERS:
        assert set(person.jar(server)) == {sessions[server], tokens[server]}
        assert {cookies[name]["domain"] for name in (sessions[server], tokens[server])} == {lab.host(server)}
        session = cookies[sessions[server]]
        assert (session["httpOnly"], session["sameSite"], session["secure"]) == (True, "Lax", way != "http")


def test_signing_out_of_one_site_leaves_the_other_and_identity_signed_in(person, page):
    person.sign_in_at("site_a", "alice")
    person.visit("site_b", "/orders/")
    person.visit("site_a")
    sign_out(page, "Sign out of this site")
    person.expect_stranger()
    assert person.lab.cookie("site_a_session") not in person.jar("site_a")
    person.visit("site_b")
    person.expect_known_as("alice")
    person.visit("identity")
    person.expect_known_as("alice")


def test_signing_out_at_identity_signs_out_of_both_sites(person, page):
    person.sign_in_at("site_a", "alice")
    person.visit("site_b", "/orders/")
    person.visit("identity")
    sign_out(page, "Sign out at Identity")
    person.expect_stranger()
    for site in ("site_a", "site_b"):
        person.visit(site)
        person.expect_stranger()


def test_the_page_after_signing_out_completes_itself_once_a_site_is_back(person, page, lab, way):
    if way == "scale":
        pytest.skip("what is stopped there is started again")
    person.sign_in_at("site_b", "alice")
    lab.stop("site_b")
    person.visit("identity")
    sign_out(page, "Sign out at Identity")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are signed out of Identity, but not every site knows yet.")
    lab.start("site_b")
    lab.start("worker")
    expect(heading).to_have_text("You are signed out of Identity, and it has told the sites.", timeout=30_000)
    expect(page.locator("main")).not_to_contain_text("tries again")


def test_what_identity_says_later_appears_on_the_page_that_a_site_has_shown(person, page):
    person.sign_in_at("site_a", "alice")
    sign_out(page, "Sign out here and at Identity")
    page.get_by_role("button", name="Stay signed in at Identity").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are signed out of site A. As far as this site knows, Identity still knows you.")
    other = Browsing(page.context.new_page(), person.lab)
    other.visit("identity")
    sign_out(other.page, "Sign out at Identity")
    expect(heading).to_have_text("You are signed out of site A, and of Identity.")


@pytest.mark.parametrize(("site", "path"), [("site_a", "/shelf/?from=a%26b"), ("site_b", "/orders/")])
def test_a_deep_link_arrives_where_it_led(person, page, site, path):
    person.visit(site, path)
    expect(page).to_have_url(re.compile(r"/accounts/login/"))
    person.fill_in_form("bob")
    person.expect_known_as("bob")
    assert page.url == person.lab.origin(site) + path


def test_two_windows_are_two_people(person, page, browser):
    person.sign_in_at("site_a", "alice")
    private = Browsing(browser.new_context(ignore_https_errors=True).new_page(), person.lab)
    private.visit("site_a")
    private.expect_stranger()
    private.sign_in_at("site_a", "bob")
    private.expect_known_as("bob")
    person.visit("site_a", "/shelf/")
    person.expect_known_as("alice")


def test_the_form_names_the_site_and_leads_back_to_it(person, page):
    person.visit("site_b", "/orders/")
    expect(page.locator(".lead").first).to_contain_text("site B, the shop, sent you here")
    page.get_by_role("link", name="Back to site B without signing in").click()
    assert page.url == person.lab.origin("site_b") + "/"
    person.expect_stranger()


def test_a_loopback_name_leads_to_the_origin_in_the_browser_too(person, page):
    port = person.lab.port + 1
    for name in ("localhost", "127.0.0.1", "[::1]"):
        page.goto(f"{person.lab.scheme}://{name}:{port}/?from={name.strip('[]')}")
        assert page.url.startswith(person.lab.origin("site_a") + "/?from=")
