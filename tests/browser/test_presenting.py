"""Presentation at 1280 x 720 enlarged to 150 %: each screen has one idea, and the idea is whole."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing

SIZE = {"width": 853, "height": 480}
CUT = """idea => [...idea.querySelectorAll("p, li, summary, a, td > span, td > strong")]
  .filter(one => one.checkVisibility())
  .filter(one => one.getBoundingClientRect().top < 0 || one.getBoundingClientRect().bottom > innerHeight)
  .map(one => one.textContent)"""


@pytest.fixture
def lab(watched_lab):
    return watched_lab


@pytest.fixture
def presented(lab, browser):
    """alice is known to all three servers; the inspector is presented."""
    person = Browsing(browser.new_context(viewport=SIZE).new_page(), lab)
    person.visit("site_b", "/oidc/authenticate/")
    person.fill_in_form("alice")
    person.visit("site_a", "/oidc/authenticate/")
    person.expect_known_as("alice")
    return person


def ideas(page, selector):
    """Each that one comes to with the button, one after the other."""
    every = page.locator(selector)
    for number in range(every.count()):
        if number:
            page.get_by_role("button", name="The next idea").click()
        expect(page.locator(".pace output")).to_have_text(f"{number + 1} of {every.count()}")
        yield every.nth(number)


def test_each_idea_is_whole_on_a_screen_of_its_own(presented):
    presented.visit("inspector", "/visitors/?present")
    assert [idea.evaluate(CUT) for idea in ideas(presented.page, "#compare, #joins")] == [[], []]


def test_of_the_first_steps_the_one_in_hand_is_shown(presented):
    presented.visit("inspector", "/first-steps/?present")
    expect(presented.page.locator(".lesson > li:visible")).to_have_count(1)
    expect(presented.page.locator(".lesson > [aria-current]")).to_be_in_viewport(ratio=1)


def test_of_the_ladder_the_newest_click_begins_on_the_screen(presented):
    presented.visit("inspector", "/ladder/?present")
    expect(presented.page.locator(".filters label").first).to_be_hidden()
    expect(presented.page.get_by_role("link", name="Step through the newest sign-in ›")).to_be_visible()
    expect(presented.page.locator("#ladder > .click[open] .message").first).to_be_in_viewport(ratio=1)


def test_of_the_glossary_the_word_that_is_open_is_shown_until_it_is_closed(presented):
    presented.visit("inspector", "/glossary/?present")
    words = presented.page.locator(".glossary li:visible")
    number = words.count()
    presented.page.locator("summary", has_text="session key").click()
    expect(words).to_have_count(1)
    expect(words).to_be_in_viewport(ratio=1)
    presented.page.locator(".glossary summary:visible").click()
    expect(words).to_have_count(number)
