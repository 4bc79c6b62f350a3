"""A person at the lab with a browser of any engine."""

from tests.browser.engines import Browser, Tab
from tests.processes import Lab


class Sitting:
    """One works in one tab and watches in others. The browser can be closed and opened again."""

    def __init__(self, browser: Browser, lab: Lab):
        self.browser = browser
        self.lab = lab
        self.tab = browser.tab()

    def reopen(self) -> None:
        self.browser.close()
        self.browser.open()
        self.tab = self.browser.tab()

    def visit(self, server: str, path: str = "/") -> None:
        self.tab.goto(self.lab.origin(server) + path)

    def watch(self, address: str) -> Tab:
        """That page, in a tab of its own."""
        tab = self.browser.tab()
        tab.goto(address)
        return tab

    def fill_in_form(self, name: str) -> None:
        self.tab.fill("User name", name)
        self.tab.fill("Password", name)
        self.tab.click("button", "Sign in")

    def sign_in(self, is_remembered: bool = False) -> None:
        """At site A."""
        self.visit("site_a", "/oidc/authenticate/")
        if is_remembered:
            self.tab.click("checkbox", "Keep me signed in here after the browser closes")
        self.fill_in_form("alice")
        self.expect_known_as("alice")

    def expect_known_as(self, name: str) -> None:
        self.tab.part(".here").expect(f"Here you are {name}")

    def open_menu(self) -> None:
        """The ways out, where somebody is signed in."""
        self.tab.evaluate("() => document.querySelector('.leave > summary')?.click()")

    def session_key(self, server: str) -> str:
        return self.browser.cookies(self.lab.origin(server))[f"{server}_session"]
