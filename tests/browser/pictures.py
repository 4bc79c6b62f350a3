"""README's pictures, taken from a real run. ``python -m tests.browser.pictures`` writes them into ``docs/``."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from lab.staging.catalogue import scenario_named
from tests.browser import chromium
from tests.browser.acting import begin, play
from tests.browser.browsing import Browsing
from tests.browser.engines.chromium import Chromium
from tests.processes import ROOT, Lab, is_free

PORT = 8000  # the one that README names
WIDTH = 1280


def take_inspector(lab: Lab, page, folder: Path) -> None:
    """alice signs in at site A with a password, and at site B without one."""
    person = Browsing(page, lab)
    person.visit("site_a", "/oidc/authenticate/")
    person.fill_in_form("alice")
    person.expect_known_as("alice")
    person.visit("site_b", "/oidc/authenticate/")
    person.expect_known_as("alice")
    person.visit("inspector", "/ladder/")
    page.get_by_role(
        "heading", level=1, name="Site B: no password was asked for, because Identity got its own cookie."
    ).wait_for()
    page.locator("#ladder > .click > summary").first.click()  # the sign-in before, with its password
    end = page.locator("#ladder").bounding_box()
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": end["y"] + end["height"] + 16}
    page.screenshot(path=folder / "ladder.png", full_page=True, clip=clip)
    for server in ("site_a", "identity"):  # so that it is seen what is not sent there
        person.visit(server)
    person.visit("inspector")
    page.get_by_role("heading", name="All three say you are alice.").wait_for()
    end = page.locator("#matrix").bounding_box()
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": end["y"] + end["height"] + 16}
    page.screenshot(path=folder / "side-by-side.png", full_page=True, clip=clip)


def take_site(lab: Lab, page, folder: Path) -> None:
    """alice at site A, in French, after a look at the page before: the panel has something to say."""
    person = Browsing(page, lab)
    person.visit("site_a", "/values/")
    person.visit("site_a")
    page.locator("details.session > summary").click()
    page.get_by_label("Language").select_option("fr")
    page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
    page.get_by_role("heading", name="Bienvenue").wait_for()
    page.locator("details.session[open]").wait_for()
    page.screenshot(path=folder / "site-a.png")


def take_verdict(lab: Lab, browser: Chromium, folder: Path) -> None:
    """That of the first stage about two servers on one host."""
    stage = scenario_named("cookie_clash").stages[0]
    tab = begin(browser, lab, "cookie_clash", stage.name)
    play(stage, tab, browser, "chromium")
    tab.resize(WIDTH, 620)
    tab.goto(tab.url)
    tab.page.screenshot(path=folder / "scenario.png")


def main() -> None:
    if not all(is_free(port) for port in range(PORT, PORT + 4)):
        sys.exit(f"The pictures show port {PORT}: end what uses it and its three neighbours first.")
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        lab = Lab(Path(state) / "lab", port=PORT)
        try:
            lab.start()
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
            page = browser.new_page(viewport={"width": WIDTH, "height": 900})
            folder = ROOT / "docs"
            folder.mkdir(exist_ok=True)
            take_inspector(lab, page, folder)
            take_site(lab, page, folder)
            another = Chromium(Path(state) / "browser", playwright.chromium)
            another.open()
            take_verdict(lab, another, folder)
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
