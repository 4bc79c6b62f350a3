"""Every page: accessible, quiet in the console, asking nobody else, never wider than the window."""

import pytest
from axe_playwright_python.sync_playwright import Axe

OUT = [
    ("site_a", "/"),
    ("site_b", "/"),
    ("identity", "/"),
    ("identity", "/accounts/login/"),
    ("site_a", "/shelf/"),  # identity's form, asked by site A
    ("site_a", "/nothing/here/"),
    ("site_b", "/oidc/callback/?error=access_denied"),
    ("identity", "/identity/o/authorize?client_id=nobody"),
]
IN = [
    ("site_a", "/"),
    ("site_a", "/shelf/"),
    ("site_b", "/orders/"),
    ("site_b", "/"),
    ("identity", "/"),
    ("identity", "/accounts/logout/"),
    ("identity", "/accounts/reauthenticate/"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page(lab, browser, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    own = tuple(f"{lab.origin(server)}/" for server in ("identity", "site_a", "site_b"))

    def look(server, path):
        page.goto(lab.origin(server) + path)
        check(f"{server} {path}")

    def check(where):
        said[:] = [text for text in said if "the server responded with a status of 4" not in text]
        assert said == [], where
        assert [url for url in asked if not url.startswith(own)] == [], where
        violations = Axe().run(page).response["violations"]
        assert [(violation["id"], violation["help"]) for violation in violations] == [], where
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
        assert page.locator("h1").count() == 1, where
        assert page.title(), where

    for server, path in OUT:
        look(server, path)
    page.goto(lab.origin("site_a") + "/shelf/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    check("a wrong password")
    page.get_by_label("Password").fill("alice")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Middlemarch").wait_for()
    for server, path in IN:
        look(server, path)


def test_the_whole_sign_in_works_by_keyboard_alone(lab, page):
    page.goto(lab.origin("site_a"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the page"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sign in at identity"
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
    while page.evaluate("document.activeElement.id") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Enter")
    page.get_by_text("Here you are alice").wait_for()


def test_the_whole_sign_in_works_without_script(lab, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(lab.origin("site_b") + "/orders/")
    page.get_by_label("User name").fill("bob")
    page.get_by_label("Password").fill("bob")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Ordered by bob").wait_for()
