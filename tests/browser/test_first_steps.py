"""The lesson in a real browser: it ticks while one works in another tab, and the keyboard alone is enough."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, follow, go_to, press


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


class Learner:
    """The first steps in one page, and a keyboard."""

    def __init__(self, page, lab):
        self.page = page
        self.page.goto(lab.origin("inspector") + "/first-steps/")

    def step(self, number):
        return self.page.locator(".lesson > li").nth(number - 1)

    def expect_done(self, *numbers):
        for number in numbers:
            expect(self.step(number).locator(".tick")).to_have_text("✓")

    def expect_open(self, number):
        expect(self.page.locator(".lesson > li > details[open]")).to_have_count(1)
        expect(self.step(number)).to_have_attribute("aria-current", "step")

    def expect_within_two_screens(self):
        """At 1280 x 720 enlarged to 150 %."""
        self.page.set_viewport_size({"width": 853, "height": 480})
        assert self.page.evaluate("document.documentElement.scrollHeight") <= 960

    def follow(self, place=""):
        """Open a link of the step in hand, the first or the one with that name; the page that it opens."""
        return follow(self.page, "[aria-current=step] a[target]", place)


def test_a_step_ticks_as_soon_as_a_server_has_seen_it(lab, page):
    learner, person = Learner(page, lab), Browsing(page.context.new_page(), lab)
    for path in ("/stateless/", "/stateless/", "/stateless/session/"):
        person.visit("site_a", path)
        learner.expect_open(1)
    person.page.reload()
    learner.expect_done(1)
    learner.expect_open(2)
    person.visit("site_a", "/begin/nothing/")
    learner.expect_open(2)
    person.visit("site_a", "/begin/value/")
    learner.expect_open(3)
    person.visit("site_a")
    person.visit("site_b")
    learner.expect_open(3)
    person.visit("site_a")
    learner.expect_done(1, 2, 3)
    learner.expect_open(4)


def test_what_a_person_has_opened_stays_open_when_a_step_ticks(lab, page):
    learner, person = Learner(page, lab), Browsing(page.context.new_page(), lab)
    learner.expect_open(1)
    learner.step(1).get_by_text("Guess first").click()
    learner.step(5).locator("summary").first.click()
    person.visit("site_a", "/stateless/session/")
    person.page.reload()
    learner.expect_done(1)
    expect(page.locator(".lesson > li > details[open]")).to_have_count(2)
    expect(learner.step(2).get_by_text("A page that stores nothing")).to_be_visible()
    expect(learner.step(5).get_by_text("Choose a language")).to_be_visible()


def test_the_whole_lesson_by_keyboard_alone(lab, page):
    learner = Learner(page, lab)
    counters = learner.follow()
    press(counters, "a", "Again")
    press(counters, "a", "Count in the session, too")
    learner.expect_open(1)
    press(counters, "a", "Again")
    learner.expect_done(1)
    learner.follow()
    learner.expect_open(2)
    learner.follow("A page that stores a value")
    learner.expect_done(2)
    learner.follow("site B")
    learner.expect_open(3)
    learner.follow("site A")
    learner.expect_done(3)
    press(learner.follow(), "button", "New key")
    learner.expect_done(4)
    values = learner.follow()
    go_to(values, "select[name=language]")
    values.keyboard.press("ArrowDown")
    press(values, "button", "Set")
    learner.expect_done(5)
    learner.expect_open(6)
    learner.follow()
    learner.expect_done(6)
    learner.expect_open(7)
    learner.follow()
    learner.expect_done(7)
    library = learner.follow()
    press(library, "a", "Sign in at Identity")
    go_to(library, "[name=login]")
    library.keyboard.type("alice")
    library.keyboard.press("Tab")
    library.keyboard.type("alice")
    with library.expect_navigation():
        library.keyboard.press("Enter")
    expect(library.locator(".here")).to_contain_text("Here you are alice")
    learner.expect_done(8)
    learner.follow()
    learner.expect_done(9)
    press(learner.follow(), "a", "Sign in at Identity")
    learner.expect_done(10)
    shop = learner.follow()
    go_to(shop, ".leave > summary")
    shop.keyboard.press("Enter")
    press(shop, "button", "Sign out of this site")
    learner.expect_open(11)
    press(learner.follow(), "a", "Sign in at Identity")
    learner.expect_done(11)
    learner.page.bring_to_front()
    learner.page.evaluate("document.activeElement.blur()")
    press(learner.page, "[aria-current=step] button")
    expect(learner.step(12)).to_contain_text("Not asked yet: Identity, site A and site B.")
    learner.follow("site A")
    expect(learner.step(12)).to_contain_text("Site A: the same key as before.")
    learner.expect_within_two_screens()
    learner.follow("Identity")  # in a browser that was not closed
    expect(learner.step(12)).to_contain_text(
        "Identity: the same key as before, though its cookie ends with the browser."
    )
    learner.expect_done(*range(1, 13))
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("All twelve steps are done")
    learner.page.bring_to_front()
    go_to(learner.page, ".lesson summary", "A server makes a cookie")
    learner.page.keyboard.press("Enter")
    expect(learner.step(2)).to_contain_text(re.compile("You may have read that visiting a page makes a key"))


def test_they_stand_within_two_screens(lab, page):
    learner = Learner(page, lab)
    learner.expect_open(1)
    learner.expect_within_two_screens()


def test_what_a_person_says_is_checked_by_what_the_servers_see_after_a_real_restart(sitting):
    sitting.sign_in()
    steps = sitting.lab.origin("inspector") + "/first-steps/"
    sitting.reopen()
    page = sitting.watch(steps)
    page.evaluate("() => document.querySelector('#step-12 > summary').click()")
    page.click("button", "I have closed the browser and started it again")
    page.part(".lesson > li", "Not asked yet: Identity and site A.").expect_count(1)
    sitting.visit("site_a")
    page.part(".lesson > li", "Site A: the same key as before. Its cookie has a lifetime").expect_count(1)
    sitting.visit("identity")
    page.part(".lesson > li", "Identity: its cookie came no more.").expect_count(1)
