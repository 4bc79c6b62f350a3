"""Every page can be read: on a projector, a laptop at 150 %, in a small window, on a phone; empty, full and long."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.processes import ROOT

LAYOUT = (ROOT / "tests" / "browser" / "layout.js").read_text()
SMALLEST = 14  # pixels
WINDOWS = [(1280, 800), (853, 480), (640, 360), (390, 844)]
WITH_AXE = {1280: "light", 390: "dark"}  # colours and layout are independent
FEW = [
    ("inspector", "/"),
    ("inspector", "/ladder/"),
    ("inspector", "/first-steps/"),
    ("inspector", "/leaving/"),
    ("inspector", "/visitors/"),
    ("inspector", "/export/"),
    ("inspector", "/start-over/"),
    ("inspector", "/glossary/"),
    ("inspector", "/devtools/"),
    ("site_a", "/"),
    ("site_a", "/begin/"),
    ("site_a", "/stateless/"),
    ("site_a", "/values/"),
    ("site_a", "/session/"),
    ("site_b", "/"),
    ("site_b", "/cart/"),
    ("identity", "/"),
    ("identity", "/session/"),
    ("site_a", "/nothing/here/"),
]
SIGNED_OUT = [*FEW, ("identity", "/accounts/login/"), ("site_a", "/signed-out/")]
SIGNED_IN = [
    *FEW,
    ("site_b", "/orders/"),
    ("site_a", "/shelf/"),
    ("identity", "/sessions/"),
    ("identity", "/signed-in/"),
    ("identity", "/accounts/logout/"),
    ("site_b", "/oidc/callback/?error=access_denied"),
]
LONG = [
    ("inspector", "/"),
    ("inspector", "/ladder/"),
    ("inspector", "/ladder/1/1/"),
    ("inspector", "/visitors/"),
    ("site_a", "/values/"),
]


def nothing(person):
    """Nobody has come yet."""


def sign_in_everywhere(person):
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    person.visit("site_b", "/oidc/authenticate/")
    person.expect_known_as("alice")
    person.visit("site_b", "/cart/")
    person.page.get_by_role("button", name="Add Ink, black").click()


def do_very_much(person):
    sign_in_everywhere(person)
    for n in range(20):
        person.visit("site_a", "/values/")
        form = person.page.locator("form.own")
        form.locator("[name=name]").fill(f"{'name' * 9}_{n}")
        form.locator("[name=value]").fill("long value " * 15)
        with person.page.expect_navigation():
            form.get_by_role("button").click()
    expect(person.page.locator("form[action='/values/own/delete/']")).to_have_count(20)
    person.page.evaluate("async () => { for (let n = 0; n < 150; n++) await fetch('/'); }")


FILLS = [(nothing, SIGNED_OUT), (sign_in_everywhere, SIGNED_IN), (do_very_much, LONG)]


@pytest.fixture
def lab(watched_lab):
    return watched_lab


def unreadable(page, where):
    """What of the page cannot be read in any of the windows."""
    found = []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        layout = page.evaluate(LAYOUT, SMALLEST)
        found += [f"{where} at {width}: {one}" for one in layout["found"]]
        if layout["words"]["small"] * 5 > layout["words"]["all"]:
            found.append(f"{where} at {width}: {layout['words']['small']} of {layout['words']['all']} words are small")
    return found


def inaccessible(page, where):
    """What axe finds, at a desk in light and on a phone in dark."""
    found = []
    for width, scheme in WITH_AXE.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page).response["violations"]
        found += [f"{where} at {width}, {scheme}: {one['id']}, {one['help']}" for one in violations]
    return found


@pytest.mark.parametrize(("fill", "pages"), FILLS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_page_can_be_read(person, page, fill, pages):
    page.emulate_media(reduced_motion="reduce")
    fill(person)
    looking = Browsing(page.context.new_page(), person.lab)
    looking.page.emulate_media(reduced_motion="reduce")
    found = []
    for server, path in pages:
        looking.page.set_viewport_size({"width": 1280, "height": 800})
        looking.visit(server, path)
        found += unreadable(looking.page, f"{server} {path}")
        found += inaccessible(looking.page, f"{server} {path}")
        if server != "inspector":
            looking.page.evaluate("document.querySelector('details.session').open = true")
            found += unreadable(looking.page, f"{server} {path} with its panel open")
            looking.page.evaluate("sessionStorage.clear()")
    assert not found, "\n".join(found)


@pytest.fixture
def laptop(person):
    """A laptop at 150 %, somebody signed in at all three."""
    sign_in_everywhere(person)
    person.page.set_viewport_size({"width": 853, "height": 480})
    return person


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


SMALLEST_SHOWN = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("svg, option"))
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.mark.parametrize(
    ("server", "path"), [("inspector", "/"), ("inspector", "/ladder/"), ("inspector", "/first-steps/"), ("site_a", "/")]
)
def test_presented_nothing_is_smaller_than_18_pixels_and_the_heads_are_folded(laptop, server, path):
    laptop.visit(server, path)
    with laptop.page.expect_navigation():
        laptop.page.get_by_role("link", name="Present").last.click()
    expect(laptop.page.locator("header.frame")).to_be_hidden()
    assert laptop.page.evaluate(SMALLEST_SHOWN) >= 18
    assert laptop.page.evaluate(LAYOUT, SMALLEST)["found"] == []


def test_presenting_lasts_from_page_to_page_until_it_is_stopped(laptop):
    laptop.visit("inspector", "/?present")
    expect(laptop.page.locator(".pace output")).to_have_text("1 of 2")
    laptop.page.get_by_role("button", name="The next idea").click()
    expect(laptop.page.locator(".pace output")).to_have_text("2 of 2")
    laptop.page.locator(".slim .more > summary").click()
    laptop.page.locator(".slim").get_by_role("link", name="Site A").click()
    expect(laptop.page.locator("header.frame")).to_be_hidden()  # at another origin, too
    name = laptop.page.locator("form.own [name=name]")
    name.press("p")
    expect(name).to_have_value("p")  # in a field a letter is a letter
    expect(laptop.page.locator("header.frame")).to_be_hidden()
    name.blur()
    laptop.page.keyboard.press("p")
    expect(laptop.page.locator("header.frame")).to_be_visible()
    laptop.page.keyboard.press("p")
    expect(laptop.page.locator("header.frame")).to_be_visible()  # a letter starts nothing
    laptop.page.reload()
    expect(laptop.page.locator("header.frame")).to_be_visible()
