"""Presented, on a laptop at 150 %: what a class needs is in sight, and it goes on until it is stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.processes import ROOT

pytestmark = pytest.mark.slow

LAYOUT = (ROOT / "tests" / "browser" / "layout.js").read_text()
SMALLEST = 14  # pixels
SMALLEST_SHOWN = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("svg, option"))
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
PAGES = [("inspector", "/"), ("inspector", "/ladder/"), ("inspector", "/first-steps/"), ("site_a", "/")]


@pytest.fixture
def lab(watched_lab):
    return watched_lab


@pytest.fixture
def stranger(person):
    person.page.set_viewport_size({"width": 853, "height": 480})
    return person


@pytest.fixture
def teacher(stranger):
    """alice, signed in at all three."""
    stranger.sign_in_at("site_a", "alice")
    stranger.expect_known_as("alice")
    stranger.visit("site_b", "/oidc/authenticate/")
    stranger.expect_known_as("alice")
    return stranger


def expect_presented(page):
    expect(page.get_by_role("link", name="Stop presenting")).to_be_visible()


def expect_not_presented(page):
    expect(page.get_by_role("link", name="Present", exact=True)).to_be_visible()


@pytest.mark.parametrize(("server", "path"), PAGES)
def test_nothing_is_smaller_than_18_pixels_and_the_heads_are_folded(teacher, server, path):
    teacher.visit(server, path)
    with teacher.page.expect_navigation():
        teacher.page.get_by_role("link", name="Present", exact=True).click()
    expect_presented(teacher.page)
    expect(teacher.page.get_by_role("navigation")).to_have_count(0)
    assert teacher.page.evaluate(SMALLEST_SHOWN) >= 18
    assert teacher.page.evaluate(LAYOUT, SMALLEST)["found"] == []


@pytest.mark.parametrize(
    ("server", "title", "way"),
    [("site_b", "Site B", "Sign out of this site"), ("identity", "Identity", "Sign out at Identity")],
)
def test_the_slim_head_says_which_server_this_is_and_has_the_ways_out(teacher, server, title, way):
    teacher.visit(server, "/?present")
    expect(teacher.page.locator(".frame .more > summary")).to_contain_text(title)
    assert teacher.page.locator(".frame").bounding_box()["height"] < 480 / 8
    sign_out(teacher.page, way)
    teacher.visit(server)
    teacher.expect_stranger()


def test_it_lasts_from_page_to_page_until_it_is_stopped(teacher):
    page = teacher.page
    teacher.visit("inspector", "/?present")
    expect(page.locator(".pace output")).to_have_text("1 of 2")
    page.get_by_role("button", name="The next idea").click()
    expect(page.locator(".pace output")).to_have_text("2 of 2")
    page.locator(".frame .more > summary").click()
    page.locator(".frame .more").get_by_role("link", name="Site A").click()
    expect_presented(page)  # at another origin, too
    name = page.locator("form.own [name=name]")
    name.press("p")
    expect(name).to_have_value("p")  # in a field a letter is a letter
    expect_presented(page)
    name.blur()
    page.keyboard.press("p")
    expect_not_presented(page)
    page.keyboard.press("p")
    expect_not_presented(page)  # a letter starts nothing
    page.reload()
    expect_not_presented(page)
    page.get_by_role("navigation").get_by_role("link", name="Inspector").click()
    expect_not_presented(page)  # where it was on before


def test_it_goes_on_through_signing_in_and_no_server_is_told(stranger):
    page = stranger.page
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    stranger.visit("site_a", "/?present")
    page.get_by_role("link", name="Sign in at Identity").click()
    expect(page.get_by_label("User name")).to_be_visible()
    expect_presented(page)
    stranger.visit("identity", "/accounts/login/")
    page.evaluate("localStorage.clear()")
    stranger.visit("site_a")
    page.get_by_role("link", name="Sign in at Identity").click()
    expect_presented(page)
    stranger.fill_in_form("alice")
    stranger.expect_known_as("alice")
    expect_presented(page)
    assert "#" not in page.url
    assert [url for url in asked if "present" in url and not url.endswith("present.js")] == [asked[0]]


def test_it_is_on_in_a_tab_that_is_opened_later(teacher):
    teacher.visit("site_a", "/?present")
    later = Browsing(teacher.page.context.new_page(), teacher.lab)
    later.visit("site_a", "/values/")
    expect_presented(later.page)
    later.page.keyboard.press("p")
    expect_not_presented(teacher.page)


def test_escape_stops_it_and_the_focus_goes_where_it_is_started_again(teacher):
    page = teacher.page
    teacher.visit("site_a", "/?present")
    stop = page.get_by_role("link", name="Stop presenting")
    stop.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Present", exact=True)).to_be_focused()
    teacher.visit("site_a", "/?present")
    stop.click()
    expect(page.get_by_role("link", name="Present", exact=True)).to_be_focused()


def test_escape_closes_a_term_first(teacher):
    page = teacher.page
    teacher.visit("site_a", "/values/?present")
    page.locator("main a.term").first.focus()
    page.keyboard.press("Escape")
    expect_presented(page)
    page.keyboard.press("Escape")
    expect_not_presented(page)


def test_the_open_bar_has_most_of_the_screen_and_the_change_comes_first(teacher):
    page = teacher.page
    teacher.visit("site_a", "/?present")
    page.locator("details.session > summary").click()
    page.evaluate("document.querySelector('details.session').open = false")
    page.get_by_label("Language").select_option("fr")
    page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
    expect(page.get_by_role("heading", name="Bienvenue")).to_be_visible()
    page.locator("details.session > summary").click()
    assert page.locator(".panel").bounding_box()["height"] > 480 * 2 / 3
    expect(page.locator("[aria-labelledby=panel-changed]").get_by_text('"fr"')).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="More below")).to_be_in_viewport(ratio=1)


def test_a_bar_that_one_opened_before_its_script_came_stays_open_and_says_that_there_is_more(teacher):
    page, held = teacher.page, []
    page.route("**/session_inspector/panel.js", lambda route: held.append(route))
    with page.expect_request("**/session_inspector/panel.js"):
        page.goto(teacher.lab.origin("site_a") + "/?present", wait_until="commit")
    page.locator("details.session > summary").click()
    (script,) = held
    script.continue_()
    expect(page.get_by_role("button", name="More below")).to_be_in_viewport(ratio=1)
    expect(page.locator("details.session")).to_have_attribute("open", "")


def test_side_by_side_keeps_its_labels_and_nothing_overlaps_in_the_matrix(teacher):
    page = teacher.page
    teacher.visit("inspector", "/?present")
    for label in ("cookie", "key", "row", "user"):
        expect(page.locator(".trail b", has_text=label).first).to_be_visible()
    expect(page.locator(".column small").first).to_have_text(f":{teacher.lab.port}")
    for row in page.locator(".matrix tbody tr").all():
        name, cell = row.locator("th code").bounding_box(), row.locator("td").first.bounding_box()
        assert name["x"] + name["width"] <= cell["x"]


@pytest.mark.parametrize("presented", ["", "?present"])
def test_each_step_of_a_sign_in_has_its_arrow_in_the_first_screen_and_the_keys_step(stranger, presented):
    page = stranger.page
    stranger.sign_in_at("site_a", "alice")
    stranger.expect_known_as("alice")
    stranger.visit("inspector", f"/ladder/{presented}")
    page.get_by_role("link", name="Step through the newest sign-in").click()
    number, total = 1, int(page.locator(".crumb strong").inner_text().split(" of ")[1])
    assert total > 15
    while True:
        expect(page.locator(".crumb strong")).to_have_text(f"message {number} of {total}")
        expect(page.locator("#stage")).to_be_focused()
        expect(page.locator(".spot > .message")).to_be_in_viewport(ratio=1)
        if number == total:
            break
        page.wait_for_load_state()
        page.keyboard.press("ArrowRight")
        number += 1


def test_one_steps_through_the_newest_sign_in_and_not_through_a_later_click(teacher):
    teacher.visit("site_b", "/cart/")
    teacher.visit("inspector", "/ladder/")
    teacher.page.get_by_role("link", name="Step through the newest sign-in").click()
    expect(teacher.page.locator(".crumb")).to_contain_text("Signing in at site B")


def test_where_nobody_signed_in_one_steps_through_the_newest_click(stranger):
    stranger.visit("site_b", "/cart/")
    stranger.page.get_by_role("button", name="Add Ink, black").click()
    stranger.visit("inspector", "/ladder/")
    stranger.page.get_by_role("link", name="Step through the newest click").click()
    expect(stranger.page.locator(".crumb")).to_contain_text("One click")


def test_all_links_of_a_lesson_open_in_one_tab(stranger):
    page = stranger.page
    stranger.visit("inspector", "/first-steps/?present")
    with page.context.expect_page() as opened:
        page.locator("[aria-current] a[target]").first.click()
    work = Browsing(opened.value, stranger.lab)
    expect_presented(work.page)
    work.page.get_by_role("link", name="Stop presenting").click()
    work.page.get_by_role("navigation").get_by_role("link", name="Site B").click()
    work.page.get_by_role("link", name="Sign in at Identity").click()
    work.fill_in_form("alice")
    work.expect_known_as("alice")
    work.page.get_by_role("navigation").get_by_role("link", name="Identity").click()
    expect(work.page).to_have_url(f"{stranger.lab.origin('identity')}/")
    stranger.visit("inspector", "/first-steps/")
    page.locator("[aria-current] a[target]").first.click()
    expect(work.page).not_to_have_url(f"{stranger.lab.origin('identity')}/")
    assert len(page.context.pages) == 2
