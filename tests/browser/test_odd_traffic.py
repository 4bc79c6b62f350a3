"""Traffic that no lesson asks for: what the inspector says of it is what the browser and the databases say."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing

SITES = ("site_a", "site_b")


@pytest.fixture
def lab(watched_lab):
    return watched_lab


@pytest.fixture
def person(page, lab):
    """alice, signed in at all three."""
    person = Browsing(page, lab)
    person.sign_in_at("site_a", "alice")
    sign_in_by_cookie(person, "site_b")
    return person


def sign_in_by_cookie(person, site):
    person.visit(site)
    person.page.get_by_role("link", name="Sign in at Identity").click()
    person.expect_known_as("alice")


@pytest.fixture
def inspector(person, lab):
    return Browsing(person.page.context.new_page(), lab)


def heading(inspector):
    return inspector.page.get_by_role("heading", level=1)


def column(inspector, server):
    return inspector.page.locator(".column").filter(has_text=inspector.lab.origin(server))


def empty_the_journal(inspector):
    inspector.visit("inspector", "/start-over/")
    inspector.page.get_by_role("button", name="Empty the journal").click()


def test_who_is_signed_in_at_all_three_stays_one_person_when_the_journal_is_emptied(person, inspector):
    empty_the_journal(inspector)
    person.visit("site_a")
    inspector.visit("inspector")
    expect(heading(inspector)).to_have_text("One session cookie, at site A.")
    lead = inspector.page.locator(".lead").first
    expect(lead).to_contain_text("Site A says you are alice; of Identity and site B nothing is recorded.")
    person.visit("site_b")
    person.visit("identity")
    inspector.visit("inspector")
    expect(heading(inspector)).to_have_text("Three servers, three session cookies, none in common.")
    expect(lead).to_contain_text("All three say you are alice.")
    inspector.visit("inspector", "/visitors/")
    expect(heading(inspector)).to_have_text("One browser so far. A private window would be a second one.")


def test_a_trial_that_begins_on_an_empty_journal_sees_what_is_done(person, inspector):
    empty_the_journal(inspector)
    person.visit("site_a")
    inspector.visit("inspector", "/leaving/")
    row = inspector.page.locator("#site_only")
    row.get_by_role("link", name="I try this now").click()
    person.page.get_by_role("button", name="Sign out of this site").click()
    for server in (*SITES, "identity"):
        person.visit(server)
    expect(heading(inspector)).to_have_text("As expected: Identity and site B still know you.")


def test_sites_hang_on_the_session_at_identity_that_led_to_them(person, inspector, page):
    inspector.visit("inspector")
    for site in SITES:
        expect(column(inspector, site)).to_contain_text("its present one")
    page.context.clear_cookies(name="identity_session")
    person.visit("identity", "/accounts/login/")
    person.fill_in_form("alice")
    inspector.visit("inspector")
    for site in SITES:
        expect(column(inspector, site)).to_contain_text("an earlier one than it has for this browser now")
    inspector.visit("inspector", "/leaving/")
    expect(inspector.page.locator(".notice", has_text="The board tells")).to_contain_text(
        "First sign in at site A and site B."
    )
    inspector.page.locator("#at_identity").get_by_role("link", name="I try this now").click()
    person.visit("identity")
    page.get_by_role("button", name="Sign out at Identity").click()
    for server in (*SITES, "identity"):
        person.visit(server)
    expect(heading(inspector)).to_have_text("Not as expected: site A still knows alice; site B still knows alice.")
    expect(inspector.page.locator("#trial")).to_contain_text(
        "The session at site A and at site B began by an earlier session at Identity than the one that ended here."
    )


def test_a_browser_that_lost_every_cookie_is_a_stranger_in_the_headline_too(person, inspector, page):
    page.context.clear_cookies()
    for server in (*SITES, "identity"):
        person.visit(server)
        person.expect_stranger()
    assert not {name for name in person.jar() if name.endswith("_session")}
    inspector.visit("inspector")
    expect(heading(inspector)).to_have_text(re.compile("^A stranger to "))
    expect(inspector.page.locator("#now strong")).to_have_text(["nobody"] * 3)
