"""A site that asks Identity again, after a while, whether the person is still there."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.person import MAKE_RENEWAL_DUE


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once("identity", "site_a")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def make_due(lab):
    """Let as much time pass for site A's sessions as it takes until it asks again."""
    return lambda: lab.manage("site_a", "shell", "-c", MAKE_RENEWAL_DUE)


def leave_identity(person):
    """Lose the cookie: of a session that ends, Identity would tell the site at once."""
    person.page.context.clear_cookies(domain=person.lab.origin("identity").split("/")[2].split(":")[0])


def type_a_value(page):
    own = page.locator("form.own")
    own.get_by_label("Name").fill("colour")
    own.get_by_label("Value").fill("green")
    return own.get_by_role("button")


def addresses_of(page):
    """Where the browser goes from now on."""
    seen = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    page.on("request", lambda request: seen.append(request.url) if request.is_navigation_request() else None)
    return seen


def test_who_is_still_there_notices_nothing_and_no_form_in_another_tab_loses_what_was_typed(alice, page, make_due):
    other_tab = page.context.new_page()
    other_tab.goto(alice.lab.origin("site_a") + "/values/")
    button = type_a_value(other_tab)
    key = alice.jar("site_a")["site_a_session"]
    make_due()
    seen = addresses_of(page)
    alice.visit("site_a", "/shelf/")
    expect(page.get_by_text("Middlemarch")).to_be_visible()
    assert any("prompt=none" in address for address in seen)
    assert alice.jar("site_a")["site_a_session"] == key
    button.click()
    expect(other_tab.locator("main")).to_contain_text("colour")
    assert other_tab.url == alice.lab.origin("site_a") + "/values/"


def test_a_form_is_sent_first_and_identity_asked_afterwards(alice, page, make_due):
    alice.visit("site_a", "/values/")
    button = type_a_value(page)
    make_due()
    seen = addresses_of(page)
    button.click()
    expect(page.locator("main")).to_contain_text("colour")
    assert "/values/own/" in seen[0]
    assert any("prompt=none" in address for address in seen)


def test_who_has_left_identity_is_signed_out_reads_why_and_comes_back_to_the_same_page(alice, page, make_due):
    leave_identity(alice)
    alice.visit("site_a", "/shelf/")
    expect(page.get_by_text("Middlemarch")).to_be_visible()  # until it asks, the site knows nothing of it
    make_due()
    alice.visit("site_a", "/shelf/")
    expect(page.locator("h1")).to_have_text(
        "The provider does not know you any more, so you were signed out here, too."
    )
    expect(page.locator(".lead")).to_contain_text("login_required")
    alice.expect_stranger()
    assert "site_a_session" not in alice.jar("site_a")
    page.get_by_role("link", name="Sign in at the provider").click()
    alice.fill_in_form("alice")
    expect(page).to_have_url(alice.lab.origin("site_a") + "/shelf/")


def test_who_is_somebody_else_at_identity_now_is_so_here_too_and_reads_it(alice, page, make_due):
    alice.visit("site_a", "/values/")
    type_a_value(page).click()
    expect(page.locator("main")).to_contain_text("colour")
    leave_identity(alice)
    alice.visit("identity", "/accounts/login/")
    alice.fill_in_form("bob")
    make_due()
    alice.visit("site_a", "/values/")
    alice.expect_known_as("bob")
    expect(page.get_by_role("status").filter(has_text="The provider says")).to_have_text(
        "The provider says that you are bob now. The session of alice has ended here, with all that was in it."
    )
    expect(page.locator("main")).not_to_contain_text("colour")


def test_while_identity_is_down_the_site_goes_on_and_does_not_ask_each_time(alice, page, make_due, lab):
    make_due()
    lab.stop("identity")
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        alice.visit("site_a", "/shelf/")
    page.wait_for_url("chrome-error://chromewebdata/")
    alice.visit("site_a", "/shelf/")
    expect(page.get_by_text("Middlemarch")).to_be_visible()
    alice.expect_known_as("alice")


def test_two_tabs_that_sign_in_keep_their_own_targets(page, lab):
    first, second = Browsing(page, lab), Browsing(page.context.new_page(), lab)
    first.visit("site_a", "/shelf/")
    second.visit("site_a", "/oidc/authenticate/?next=/values/")
    first.fill_in_form("alice")
    expect(first.page).to_have_url(lab.origin("site_a") + "/shelf/")
    second.page.reload()  # Identity's form, which has nothing to ask any more
    expect(second.page).to_have_url(lab.origin("site_a") + "/values/")
