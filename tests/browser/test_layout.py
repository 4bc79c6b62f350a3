"""What has to be in sight, at every size; and the layout of the most important pages in each engine."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.looking import (
    FOR_ALL,
    FOR_WHO_IS_SIGNED_IN,
    LAYOUT,
    OF_LONG_TEXT,
    SMALLEST,
    WINDOWS,
    unreadable,
)

SIGNED_IN = [
    *FOR_ALL,
    *OF_LONG_TEXT,
    *FOR_WHO_IS_SIGNED_IN,
    ("site_a", "/shelf/"),
    ("site_a", "/nothing/here/"),
    ("site_b", "/oidc/callback/?error=access_denied"),
]
MOST_IMPORTANT = [("inspector", "/"), ("inspector", "/ladder/"), ("inspector", "/first-steps/"), ("site_a", "/")]


@pytest.fixture(scope="module")
def cookies(running_lab, browser):
    """Of somebody who is signed in everywhere: each test goes on from there."""
    context = browser.new_context()
    person = Browsing(context.new_page(), running_lab)
    person.sign_in_everywhere("alice")
    person.visit("site_b", "/cart/")
    person.page.get_by_role("button", name="Add Ink, black").click()
    expect(person.page.locator("#cart + table")).to_be_visible()
    cookies = context.cookies()
    context.close()
    running_lab.note()
    return cookies


@pytest.fixture
def laptop(cookies, rewound_lab, page):
    """A laptop at 150 %."""
    page.context.add_cookies(cookies)
    page.set_viewport_size({"width": 853, "height": 480})
    return Browsing(page, rewound_lab)


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def test_in_each_engine_the_most_important_pages_can_be_read_at_every_size(sitting):
    sitting.sign_in()
    sitting.visit("site_b", "/oidc/authenticate/")
    sitting.expect_known_as("alice")
    for server, path in MOST_IMPORTANT:
        sitting.visit(server, path)
        if server != "inspector":
            sitting.tab.evaluate("() => { document.querySelector('details.session').open = true; }")
        for width, height in WINDOWS:
            sitting.tab.resize(width, height)
            found = unreadable(sitting.tab.evaluate(LAYOUT, SMALLEST))
            assert found == [], f"{server} {path} at {width}"


def box_of(part):
    return part.bounding_box()


def test_who_one_is_at_all_three_stands_in_the_first_screen(laptop):
    laptop.visit("inspector")
    boxes = [box_of(one) for one in laptop.page.locator(".you strong").all()]
    assert len(boxes) == 3
    assert len({box["y"] for box in boxes}) == 1  # beside each other
    assert all(box["y"] + box["height"] < 480 for box in boxes)


def test_the_newest_click_stands_in_the_first_screen(laptop):
    laptop.visit("inspector", "/ladder/")
    newest = box_of(laptop.page.locator(".rung").first)
    assert newest["y"] < 480


@pytest.mark.parametrize("server", ["site_a", "site_b", "identity"])
def test_with_its_bar_open_a_page_shows_its_own_heading(laptop, server):
    laptop.visit(server)
    laptop.page.locator("details.session > summary").click()
    heading = box_of(laptop.page.get_by_role("heading", level=1))
    assert heading["y"] + heading["height"] < 480


def test_where_there_is_width_the_open_bar_stands_beside_the_page(laptop):
    laptop.page.set_viewport_size({"width": 1280, "height": 800})
    laptop.visit("site_a")
    laptop.page.locator("details.session > summary").click()
    panel, main = box_of(laptop.page.locator(".panel")), laptop.page.locator("main > header")
    assert box_of(main)["x"] + box_of(main)["width"] <= panel["x"]
    assert abs(panel["y"] - box_of(laptop.page.locator("main"))["y"]) < 2


def test_heads_have_one_height_whoever_is_signed_in(laptop, browser):
    stranger = Browsing(browser.new_page(viewport={"width": 853, "height": 480}), laptop.lab)
    for server in ("site_a", "site_b", "identity"):
        heights = []
        for one in (laptop, stranger):
            one.visit(server)
            heights.append(box_of(one.page.locator("header.frame"))["height"])
        assert heights[0] == heights[1], server


def test_on_a_phone_the_heading_stands_in_the_first_quarter(laptop):
    laptop.page.set_viewport_size({"width": 390, "height": 844})
    for server, path in SIGNED_IN:
        laptop.visit(server, path)
        assert box_of(laptop.page.get_by_role("heading", level=1))["y"] < 844 / 4, f"{server} {path}"


def test_a_drawer_that_has_more_than_it_shows_says_so(laptop):
    laptop.visit("site_a")
    laptop.page.locator("details.session > summary").click()
    below = laptop.page.locator(".below", has_text="More below")
    below.click()
    for _ in range(10):  # screens, and the panel is not so long; it may go while one aims at it
        below.dispatch_event("click")
    expect(below).to_be_hidden()
    expect(laptop.page.get_by_role("link", name="The session table of site A")).to_be_in_viewport()


def test_what_a_click_changed_is_in_sight_beside_its_button(laptop):
    laptop.visit("site_a", "/values/")
    laptop.page.locator("form[action='/values/new-key/'] button").click()
    changes = laptop.page.locator(".session .changes")
    expect(changes).to_contain_text("new key")
    expect(changes).to_be_in_viewport(ratio=1)
    expect(laptop.page.locator("form[action='/values/new-key/'] button")).to_be_in_viewport(ratio=1)


def test_who_sends_a_form_comes_back_to_the_same_place_and_button(laptop):
    laptop.visit("site_a", "/values/")
    button = laptop.page.locator("form[action='/values/new-key/'] button")
    button.scroll_into_view_if_needed()
    before = laptop.page.evaluate("scrollY")
    assert before > 0
    with laptop.page.expect_navigation():
        button.click()
    expect(button).to_be_focused()
    assert abs(laptop.page.evaluate("scrollY") - before) < 2
