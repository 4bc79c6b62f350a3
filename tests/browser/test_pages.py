"""Every page: accessible, quiet in the console, asking nobody else, never wider than the window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

OUT = [
    ("site_a", "/"),
    ("site_a", "/begin/"),
    ("site_a", "/begin/nothing/"),
    ("site_a", "/values/"),
    ("site_a", "/session/"),
    ("site_a", "/signed-out/"),
    ("site_b", "/"),
    ("site_b", "/cart/"),
    ("site_b", "/signed-out/"),
    ("identity", "/"),
    ("identity", "/accounts/login/"),
    ("site_a", "/shelf/"),  # identity's form, asked by site A
    ("site_a", "/nothing/here/"),
    ("site_b", "/oidc/callback/?error=access_denied"),
    ("identity", "/identity/o/authorize?client_id=nobody"),
    ("site_a", "/begin/value/"),  # from here on there is a session
    ("site_a", "/stateless/"),
    ("site_a", "/values/?name=stored_at"),
    ("site_a", "/values/?name=_no"),
]
IN = [
    ("site_a", "/"),
    ("site_a", "/values/"),
    ("site_a", "/session/"),
    ("site_a", "/shelf/"),
    ("site_b", "/orders/"),
    ("site_b", "/"),
    ("site_b", "/cart/"),
    ("identity", "/"),
    ("identity", "/signed-in/"),
    ("identity", "/sessions/"),
    ("identity", "/session/"),
    ("identity", "/accounts/logout/"),
    ("identity", "/accounts/reauthenticate/"),
]
FORMS = [
    ("site_b", "/cart/", "form[action='/cart/add/']"),
    ("site_a", "/session/", "form[action='/session/reveal/']"),
    ("site_b", "/session/", "form[action='/session/reveal/']"),
    ("identity", "/session/", "form[action='/session/reveal/']"),
    ("site_a", "/session/", "form[action='/session/clear/']"),
    ("site_b", "/cart/", "form[action='/cart/remove/']"),
    ("site_a", "/values/", "form[action='/values/new-key/']"),
    ("site_a", "/values/", "form[action='/values/expire/']"),
    ("site_b", "/", "form[action='/oidc/logout/']"),
    ("identity", "/sessions/", "form[action='/sessions/end/']"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page(lab, browser, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    context.add_init_script("sessionStorage.setItem('panel', 'open')")
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    own = tuple(f"{lab.origin(server)}/" for server in ("identity", "site_a", "site_b"))

    def look(server, path):
        page.goto(lab.origin(server) + path)
        check(f"{server} {path}")

    def send(server, path, form, **typed):
        page.goto(lab.origin(server) + path)
        for label, value in typed.items():
            page.locator(form).first.locator(f"[name={label}]").fill(value)
        with page.expect_navigation():
            page.locator(form).first.get_by_role("button").click()
        check(form)

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
    page.goto(lab.origin("site_a"))
    page.get_by_label("Language").select_option("ar")
    with page.expect_navigation():
        page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
    check("right to left")
    send("site_a", "/values/", "form.own", name="_reserved", value="x" * 200)
    send("site_a", "/values/", "form.own", name="n" * 40, value="x" * 200)
    page.goto(lab.origin("site_b") + "/cart/")
    page.evaluate("document.querySelectorAll('main [name=csrfmiddlewaretoken]').forEach(i => i.value = 'forged')")
    with page.expect_navigation():
        page.get_by_role("button", name="Add Ink, black").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This form was refused")
    check("a forged form")
    page.goto(lab.origin("site_a") + "/values/flush/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not take GET")
    check("a page that takes POST only")
    for server, path, form in FORMS:
        send(server, path, form)
    page.goto(lab.origin("site_a") + "/begin/value/")
    page.goto(lab.origin("site_a") + "/values/")
    page.context.clear_cookies(name="site_a_session")
    page.locator("form.own [name=name]").fill("color")
    with page.expect_navigation():
        page.locator("form.own").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The session in which you opened this page has ended")
    check("a form whose session has ended")


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
