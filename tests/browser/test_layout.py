"""Every page can be read: on a projector, a laptop at 150 %, in a small window, on a phone; empty, full and long."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.browsing import Browsing
from tests.processes import ROOT

LAYOUT = (ROOT / "tests" / "browser" / "layout.js").read_text()
SMALLEST = 14  # pixels
WINDOWS = [(1280, 800), (853, 480), (640, 360), (390, 844)]
WITH_AXE = (1280, 390)
FEW = [
    ("inspector", "/"),
    ("inspector", "/ladder/"),
    ("inspector", "/first-steps/"),
    ("inspector", "/leaving/"),
    ("inspector", "/visitors/"),
    ("inspector", "/export/"),
    ("inspector", "/start-over/"),
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
LONG = [("inspector", "/"), ("inspector", "/ladder/"), ("inspector", "/visitors/"), ("site_a", "/values/")]


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
        form.locator("[name=name]").fill(f"{n}_{'name' * 9}")
        form.locator("[name=value]").fill("long value " * 15)
        with person.page.expect_navigation():
            form.get_by_role("button").click()
    person.page.evaluate("async () => { for (let n = 0; n < 150; n++) await fetch('/'); }")


FILLS = [(nothing, SIGNED_OUT), (sign_in_everywhere, SIGNED_IN), (do_very_much, LONG)]


@pytest.fixture
def lab(watched_lab):
    return watched_lab


def unreadable(page, where, schemes=("light", "dark")):
    """What of the page cannot be read in any of the windows, in these colours."""
    found = []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        layout = page.evaluate(LAYOUT, SMALLEST)
        found += [f"{where} at {width}: {one}" for one in layout["found"]]
        if layout["words"]["small"] * 5 > layout["words"]["all"]:
            found.append(f"{where} at {width}: {layout['words']['small']} of {layout['words']['all']} words are small")
        for scheme in schemes if width in WITH_AXE else ():
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
        if server != "inspector":
            looking.page.evaluate("document.querySelector('details.session').open = true")
            found += unreadable(looking.page, f"{server} {path} with its panel open", ["light"])
            looking.page.evaluate("sessionStorage.clear()")
    assert not found, "\n".join(found)
