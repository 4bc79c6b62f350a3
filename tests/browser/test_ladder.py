"""The ladder is for following: what is new is in sight, what is read stays, one sign-in is stepped through."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.watching import SECOND, Watching

SIZE = {"width": 853, "height": 480}  # 1280 x 720 at 150 %
LOADED = "() => new Promise(go => document.readyState === 'complete' ? go() : addEventListener('load', go))"
AS_SERVED = """() => {
  const main = document.getElementById("main").cloneNode(true);
  for (const one of main.querySelectorAll(".new")) one.classList.remove("new");
  for (const one of main.querySelectorAll("[aria-expanded]")) one.removeAttribute("aria-expanded");
  for (const one of main.querySelectorAll("#live, #news, time.countdown")) one.remove();
  return main.innerHTML.replace(/\\s*\\n\\s*/g, "");
}"""
PRESS_RIGHT = """() => {
  const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true });
  document.activeElement.dispatchEvent(key);
}"""


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def watching(watching):
    watching.page.set_viewport_size(SIZE)
    return watching


def newest(watching):
    return watching.page.locator("#ladder > .click").last


def test_the_newest_click_begins_at_the_same_height_after_5_clicks_and_after_30(watching, signed_in):
    watching.open("/ladder/")
    expect(newest(watching)).to_contain_text(SECOND)
    few = newest(watching).bounding_box()["y"]
    for n in range(25):
        signed_in.visit("site_a", f"/{n}/")
    watching.open("/ladder/")
    expect(newest(watching)).to_contain_text("GET /24/")
    assert newest(watching).bounding_box()["y"] == few
    assert few < SIZE["height"] / 2
    expect(newest(watching).locator(".message").first).to_be_in_viewport(ratio=1)


def test_the_newest_click_is_in_sight_while_one_works_in_another_tab(watching, signed_in):
    watching.open("/ladder/")
    for path in ("/values/", "/session/", "/begin/"):
        signed_in.visit("site_a", path)
        expect(newest(watching)).to_contain_text(f"GET {path}")
        expect(newest(watching).locator(".rung .message").first).to_be_in_viewport()
    expect(watching.page.locator("#ladder > .click[open]")).to_have_count(1)


def test_who_reads_something_else_goes_on_reading_it_and_is_led_to_what_is_new(watching, signed_in):
    watching.open("/ladder/")
    news = watching.page.locator("#news")
    expect(watching.page.locator("#live")).to_be_visible()
    callback = newest(watching).locator(".rung", has_text="GET /oidc/callback/").last
    callback.evaluate("rung => rung.scrollIntoView({block: 'center', behavior: 'instant'})")
    before = callback.bounding_box()["y"]
    expect(news).to_be_hidden()
    signed_in.visit("site_a", "/values/")
    expect(news).to_have_text("↓ 1 new")
    signed_in.visit("site_a", "/session/")
    expect(news).to_have_text("↓ 2 new")
    assert callback.bounding_box()["y"] == before
    news.get_by_role("link").click()
    expect(newest(watching).locator(".message").last).to_be_in_viewport()
    expect(newest(watching)).to_contain_text("GET /session/")
    expect(news).to_be_hidden()


def test_who_scrolls_back_to_the_newest_click_sees_what_came_meanwhile(watching, signed_in):
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    callback = newest(watching).locator(".rung", has_text="GET /oidc/callback/").last
    callback.evaluate("rung => rung.scrollIntoView({block: 'center', behavior: 'instant'})")
    signed_in.visit("site_a", "/values/")
    expect(watching.page.locator("#news")).to_be_visible()
    watching.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    expect(newest(watching)).to_contain_text("GET /values/")
    expect(watching.page.locator("#news")).to_be_hidden()


def test_who_reads_the_end_of_the_ladder_goes_on_reading_the_end(watching, signed_in):
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    watching.page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    signed_in.visit("site_b", "/cart/")
    expect(newest(watching)).to_contain_text("GET /cart/")
    expect(newest(watching).locator(".message").last).to_be_in_viewport()


def test_a_long_new_click_says_how_many_of_its_messages_are_below(watching, person):
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    person.visit("site_b", "/orders/")
    person.expect_known_as("alice")
    news = watching.page.locator("#news")
    expect(news).to_contain_text("new")
    expect(newest(watching)).to_contain_text(SECOND)
    expect(news).to_be_visible()
    news.get_by_role("link").click()
    expect(newest(watching).locator(".message").last).to_be_in_viewport()
    expect(news).to_be_hidden()


def test_for_one_click_the_page_is_not_fetched_again(watching, signed_in):
    answers = []
    watching.page.on("response", lambda answer: "/ladder/" in answer.url and answers.append(answer))
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    signed_in.visit("site_a", "/values/")
    expect(newest(watching)).to_contain_text("GET /values/")
    page, *news = answers
    assert news
    assert all("after=" in answer.url for answer in news)
    assert len(news[-1].body()) < len(page.body()) / 3


def test_after_live_news_the_page_is_the_one_that_a_reload_shows(watching, alice):
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    for path in ("/begin/", "/values/", "/begin/", "/values/", "/begin/"):
        alice.visit("site_a", path)
        expect(newest(watching)).to_contain_text(f"GET {path}")
    alice.visit("site_b", "/orders/")
    expect(watching.step(SECOND)).to_have_count(1)
    for path in ("/cart/", "/orders/", "/cart/"):
        alice.visit("site_b", path)
        expect(newest(watching)).to_contain_text(f"GET {path}")
    assert "equal click" in watching.page.locator("#earlier > summary").text_content()
    live = watching.page.evaluate(AS_SERVED)
    watching.page.reload()
    assert watching.page.evaluate(AS_SERVED) == live


def test_what_is_opened_stays_open_and_keeps_the_focus(watching, signed_in):
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_be_visible()
    earlier = watching.page.locator("#earlier")
    earlier.locator("> summary").focus()
    watching.page.keyboard.press("Enter")
    signed_in.visit("site_a", "/values/")
    expect(watching.step("GET /values/")).to_have_count(1)
    assert earlier.get_attribute("open") is not None
    assert watching.page.evaluate("document.activeElement.parentElement.id") == "earlier"


def test_the_filters_work_without_script(restarted_sites, lab, browser, signed_in):
    watching = Watching(browser.new_context(java_script_enabled=False).new_page(), lab)
    watching.open("/ladder/")
    watching.page.get_by_role("checkbox", name="Back channel").check()
    watching.page.get_by_label("Server", exact=True).select_option("Site B")
    watching.page.get_by_role("button", name="Show").click()
    expect(newest(watching).locator(".rung")).to_have_count(3)
    expect(newest(watching)).to_contain_text("site B → Identity POST …/token")
    expect(watching.page.get_by_role("checkbox", name="Back channel")).to_be_checked()
    expect(watching.page).to_have_url(re.compile("back_channel=on"))


def test_what_is_new_passes_the_filter_of_the_address_too(watching, signed_in):
    watching.open("/ladder/?server=site_b")
    expect(watching.page.locator("#live")).to_be_visible()
    signed_in.visit("site_a", "/values/")
    signed_in.visit("site_b", "/cart/")
    expect(newest(watching)).to_contain_text("GET /cart/")
    expect(watching.step("GET /values/")).to_have_count(0)


def test_one_sign_in_is_stepped_through_with_buttons_and_keys_alone(restarted_sites, watching, signed_in):
    page = watching.page
    watching.open("/ladder/")
    page.get_by_role("link", name="Step through the newest sign-in").click()
    where = page.locator(".crumb")
    expect(where).to_contain_text("message 1 of 14")
    page.get_by_role("link", name="Next").focus()
    page.keyboard.press("Enter")
    expect(where).to_contain_text("message 2 of 14")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(where).to_contain_text("message 3 of 14")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.locator("#stage").focus()
    for number in (4, 5):
        page.wait_for_load_state()  # with its script
        page.keyboard.press("ArrowRight")
        expect(where).to_contain_text(f"message {number} of 14")
        expect(page.locator("#stage")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("ArrowLeft")
    expect(where).to_contain_text("message 4 of 14")
    page.get_by_role("link", name="Back").click()
    expect(where).to_contain_text("message 3 of 14")
    expect(page.locator("h1")).to_be_in_viewport()
    page.get_by_role("link", name="Whole ladder").click()
    expect(newest(watching)).to_contain_text(SECOND)


def test_every_step_is_in_the_first_screen(restarted_sites, watching, signed_in):
    page = watching.page
    watching.open("/ladder/")
    page.get_by_role("link", name="Step through the newest sign-in").click()
    for number in range(1, 15):
        expect(page.locator(".crumb")).to_contain_text(f"message {number} of 14")
        expect(page.locator("h1")).to_be_in_viewport(ratio=1)
        expect(page.locator(".spot .message")).to_be_in_viewport(ratio=1)
        if number < 14:
            page.get_by_role("link", name="Next").click()


def test_the_whole_ladder_leads_back_to_an_earlier_click_which_is_open_then(watching, signed_in):
    for n in range(4):
        signed_in.visit("site_a", f"/{n}/")
    watching.open("/ladder/")
    watching.page.locator("#earlier > summary").click()
    click = watching.step(SECOND)
    click.locator("summary").click()
    click.get_by_role("link", name="Step through").click()
    watching.page.get_by_role("link", name="Whole ladder").click()
    expect(watching.step(SECOND).locator(".rung").first).to_be_in_viewport()


def test_in_both_engines_a_click_appears_and_keys_step(sitting):
    ladder = sitting.watch(sitting.lab.origin("inspector") + "/ladder/")
    ladder.part("#nothing").expect("Nothing recorded yet.")
    sitting.visit("site_a", "/begin/value/")
    ladder.part("#ladder > .click[open]").expect("Site A began a session: a key, a row, a cookie")
    sitting.visit("site_a", "/values/")
    ladder.part("#ladder > .click[open]", "GET /values/").expect_count(1)
    ladder.click("link", "Step through the newest click ›")
    ladder.part(".crumb").expect("message 1 of 2")
    ladder.evaluate(LOADED)
    ladder.evaluate("() => document.getElementById('stage').focus()")
    ladder.evaluate(PRESS_RIGHT)
    ladder.part(".crumb").expect("message 2 of 2")
    ladder.part("#stage:focus").expect_count(1)
