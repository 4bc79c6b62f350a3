"""The pictures of the documents, taken from real runs: ``python -m tests.browser.pictures`` writes them."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from lab.staging.catalogue import scenario_named
from session_inspector.configuration import DEFAULT_PORT
from tests.browser import chromium
from tests.browser.acting import begin, play
from tests.browser.browsing import Browsing
from tests.browser.engines.chromium import Chromium
from tests.processes import ROOT, Lab, is_free
from tests.wheels.project import Document, Environment, example_of, inspector_of

PORT = 8000  # the one that README names
EXAMPLE_PORTS = (8101, 8102)  # those that its README names
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


def take_own_projects(state: Path, page, folder: Path) -> None:
    """Two new projects of which each signs out the other, as ``docs/session-inspector.md`` has them installed."""
    environment = Environment(state / "environment")
    environment.install("django")
    environment.run(Document("session-inspector.md").commands[0])
    environment.variables["XDG_STATE_HOME"] = str(state / "state")
    shop, blog = example_of(environment, state, *EXAMPLE_PORTS)
    with shop.served(), blog.served(), inspector_of(environment, DEFAULT_PORT):
        for project in (shop, blog):
            page.goto(project.origin)
            page.get_by_label("Username").fill("ann")
            page.get_by_label("Password").fill("ann")
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("heading", name="Site administration").wait_for()
        page.goto(shop.origin)
        page.get_by_label("Password").wait_for()
        page.goto(f"{blog.origin}/__session_inspector__/")
        page.get_by_role("heading", name="Shop and blog do not know you.").wait_for()
        end = page.locator("#matrix").bounding_box()
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": end["y"] + end["height"] + 16}
        page.screenshot(path=folder / "own-projects.png", full_page=True, clip=clip)


def main() -> None:
    if taken := [port for port in (*range(PORT, PORT + 4), *EXAMPLE_PORTS, DEFAULT_PORT) if not is_free(port)]:
        sys.exit(f"The pictures show these ports: end what uses {taken} first.")
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
            take_own_projects(Path(state), browser.new_page(viewport={"width": WIDTH, "height": 900}), folder)
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
