"""``docs/try-this.md``, done in a real browser: every step, in the words of the document."""

import re

from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.processes import ROOT

DOCUMENT = (ROOT / "docs" / "try-this.md").read_text()
# What each step tells to do, without line breaks.
TOLD = [" ".join(do.split()) for do in re.findall(r"^\d+\. \*\*Do:\*\* (.+?)\n\n", DOCUMENT, re.DOTALL | re.MULTILINE)]


class Reader(Browsing):
    """Somebody who does the steps."""

    def __init__(self, page, lab):
        super().__init__(page, lab)
        self.heading = page.get_by_role("heading", level=1)
        self.bar = page.locator("details.session > summary")

    def choose(self, link):
        self.page.get_by_role("link", name=link).first.click()

    def press(self, button):
        self.page.get_by_role("button", name=button).click()

    def set(self, label, value):
        self.page.get_by_label(label).select_option(value)
        self.page.locator("form", has=self.page.get_by_label(label)).get_by_role("button").click()


def open_site_a(reader):
    reader.visit("site_a")
    expect(reader.bar).to_contain_text("no session cookie")
    assert reader.jar() == {}


def begin_a_session(reader):
    reader.choose("When does a session begin?")
    reader.choose("A page that stores nothing")
    assert reader.jar() == {}
    reader.choose("A page that stores a value")
    assert set(reader.jar()) == {"site_a_session"}
    expect(reader.bar).to_contain_text("a session began")


def count(reader):
    """The commands are run by ``test_lessons``."""
    reader.choose("To the front page")
    reader.choose("What does a server remember between two requests?")
    reader.choose("Again")
    reader.choose("Again")
    assert reader.page.locator(".counters dd").all_inner_texts() == ["1", "3"]


def set_a_language(reader):
    reader.choose("To the front page")
    reader.choose("What is in a session?")
    reader.set("Language", "fr")
    expect(reader.bar).to_contain_text('language nothing → "fr"')
    reader.page.reload()
    expect(reader.page.locator(".greeting")).to_contain_text("Bienvenue")
    reader.visit("site_b")
    expect(reader.page.locator(".lead")).to_contain_text("To this server you are a stranger.")
    assert reader.jar("site_b") == {}


def fill_the_cart(reader):
    reader.choose("What happens to a cart when you sign in?")
    reader.press("Add Ink, black")
    reader.bar.click()
    kept = reader.page.locator("section[aria-labelledby=panel-kept]")
    expect(kept).to_contain_text("cart")
    expect(kept.locator("tbody")).not_to_contain_text("_auth_user_id")


def sign_in(reader):
    early = reader.jar("site_b")["site_b_session"]
    reader.page.get_by_role("link", name="Sign in", exact=True).click()
    assert reader.page.url.startswith(reader.lab.origin("identity"))
    assert set(reader.jar("identity")) == {"identity_csrftoken"}
    reader.fill_in_form("alice")
    reader.expect_known_as("alice")
    expect(reader.page.get_by_role("status")).to_contain_text("Your cart came along")
    assert reader.jar("site_b")["site_b_session"] != early


def read_what_signing_in_is(reader):
    reader.visit("identity")
    reader.choose("What is signing in?")
    expect(reader.heading).to_contain_text("Checking the password changed nothing.")
    assert len({reader.jar()[f"{server}_session"] for server in ("identity", "site_b")}) == 2
    assert set(reader.jar("identity")) == {"identity_session", "identity_csrftoken"}


def sign_in_without_a_password(reader):
    reader.visit("site_a")
    reader.choose("Sign in at Identity")
    reader.expect_known_as("alice")
    expect(reader.heading).to_contain_text("Bienvenue")


def change_the_session(reader):
    reader.set("Timeout", "120")
    expect(reader.bar.locator(".countdown")).to_have_text(re.compile(r"^(2:00|1:5\d)$"))
    key = reader.jar("site_a")["site_a_session"]
    reader.press("New key")
    expect(reader.heading).to_contain_text("Bienvenue")
    assert reader.jar("site_a")["site_a_session"] != key
    reader.press("Flush")
    reader.expect_stranger()
    expect(reader.heading).to_contain_text("Welcome")
    reader.choose("Sign in at Identity")
    reader.expect_known_as("alice")


def look_at_the_table(reader):
    reader.choose("Where is it?")
    expect(reader.heading).to_have_text("One session in this table: yours.")


def sign_out_of_one(reader):
    reader.visit("site_b")
    sign_out(reader.page, "Sign out of this site")
    reader.expect_stranger()
    assert "site_b_session" not in reader.jar("site_b")
    for server in ("site_a", "identity"):
        reader.visit(server)
        reader.expect_known_as("alice")
    reader.visit("site_b", "/cart/")
    expect(reader.heading).to_have_text("Your cart is empty")
    reader.page.get_by_role("link", name="Sign in", exact=True).click()
    reader.expect_known_as("alice")


def sign_out_of_all(reader):
    reader.visit("identity")
    sign_out(reader.page, "Sign out at Identity")
    reader.expect_stranger()
    expect(reader.page.locator("main")).to_contain_text(re.compile(r"site A:\s+told at [\d:]{8} UTC"))
    for site in ("site_a", "site_b"):
        reader.visit(site)
        reader.expect_stranger()


STEPS = {
    "open site A.": open_site_a,
    "choose *When does a session begin?*, and there *A page that stores nothing*. Then choose *A page that stores a "
    "value*.": begin_a_session,
    "go back to the front page, choose *What does a server remember between two requests?* and there *Again*, a few "
    "times. Run the printed `curl` commands.": count,
    "choose *What is in a session?*, and French as your language. Reload. Then open site B.": set_a_language,
    "at site B, choose *What happens to a cart when you sign in?* and put something into the cart.": fill_the_cart,
    "choose *Sign in* there, and stop at the form. Then sign in as alice.": sign_in,
    "open Identity, and choose *What is signing in?*": read_what_signing_in_is,
    "open site A and choose *Sign in at Identity*.": sign_in_without_a_password,
    "choose a timeout of 2 minutes at site A. Then choose *New key*, then *Flush*. Then sign in again.": (
        change_the_session
    ),
    "choose *Where is it?*": look_at_the_table,
    "choose *Sign out of this site* at site B. Open site A, then Identity. Sign in at site B again.": sign_out_of_one,
    "choose *Sign out at Identity* at Identity. Open both sites.": sign_out_of_all,
}


def test_the_steps_are_those_of_the_document():
    assert list(STEPS) == TOLD


def test_try_this(lab, page):
    reader = Reader(page, lab)
    for step in STEPS.values():
        step(reader)


def test_every_page_and_button_that_the_document_names_is_called_so():
    """A name that changes in one place only would leave the reader standing."""
    steps = DOCUMENT[DOCUMENT.index("1. **Do:**") : DOCUMENT.index("## Host names")]
    named = set(re.findall(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)", steps))
    assert len(named) > 5
    folders = ("identity", "site_a", "site_b", "shared")
    templates = "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.html"))
    titles = (ROOT / "shared" / "lab" / "inspector" / "pages.py").read_text()
    titles += (ROOT / "shared" / "session_inspector" / "inspector" / "pages.py").read_text()
    assert [name for name in sorted(" ".join(name.split()) for name in named) if name not in templates + titles] == []
