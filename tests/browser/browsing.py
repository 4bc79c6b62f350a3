"""What a person does in a browser, and what the browser itself reports."""

import re

from playwright.sync_api import expect


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
