"""What a person does in a browser, and what the browser itself reports."""

import re

import pytest
from playwright.sync_api import expect

MAX_TABS = 120  # how often one presses the key before one gives up


class Browsing:
    def __init__(self, page, lab):
        self.page = page
        self.lab = lab

    def visit(self, server, path="/"):
        self.page.goto(self.lab.origin(server) + path)

    def fill_in_form(self, name):
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(name)
        self.page.get_by_role("button", name="Sign in").click()

    def sign_in_at(self, site, name):
        self.visit(site)
        self.page.get_by_role("link", name="Sign in at Identity").click()
        self.fill_in_form(name)

    def sign_in_everywhere(self, name):
        self.sign_in_at("site_a", name)
        self.expect_known_as(name)
        self.visit("site_b", "/oidc/authenticate/")
        self.expect_known_as(name)

    def expect_known_as(self, name):
        expect(self.page.locator(".here")).to_contain_text(f"Here you are {name}")

    def expect_stranger(self):
        expect(self.page.locator(".here")).to_contain_text("Here you are not signed in")

    def jar(self, server=None):
        """The cookies that the browser would send there, or all of them: name to value."""
        urls = [self.lab.origin(server)] if server else None
        return {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies(urls)}


def sign_out(page, way):
    """By the menu in the head of a page."""
    page.locator(".leave > summary").click()
    page.get_by_role("button", name=way).click()


def groups(people):
    """What the head of the inspector says: each answer once, after the titles of the servers that give it."""
    answers = dict.fromkeys(people.values())
    return [
        re.compile(".*".join([*(title for title, said in people.items() if said == answer), answer]), re.DOTALL)
        for answer in answers
    ]


def go_to(page, selector, having=""):
    """Press Tab until that has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(
            "([selector, having]) => document.activeElement.matches(selector)"
            " && document.activeElement.textContent.includes(having)",
            [selector, having],
        ):
            return
    pytest.fail(f"no Tab leads to {selector} {having}")


def press(page, selector, having=""):
    go_to(page, selector, having)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page, selector, having=""):
    """By keyboard, a link that leads to the one tab of the servers; the page in it."""
    page.bring_to_front()
    page.evaluate("document.activeElement.blur()")
    go_to(page, selector, having)
    others = [one for one in page.context.pages if one is not page]
    with others[0].expect_navigation() if others else page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    there = others[0] if others else opened.value
    there.wait_for_load_state()
    return there
