"""``docs/try-this.md``, done in a real browser: every step, in the words of the document."""

import re

import pytest
from playwright.sync_api import expect

from lab.servers import IDENTITY
from tests.browser.browsing import Browsing, sign_out
from tests.browser.engines.chromium import Chromium
from tests.processes import ROOT

DOCUMENT = (ROOT / "docs" / "try-this.md").read_text()
# Of each step its title, and what it tells to do, without line breaks.
STEP = re.compile(r"^\d+\. \*\*(.+?)\*\*\n\n +\*\*Do:\*\* (.+?)\n\n", re.DOTALL | re.MULTILINE)
TOLD = {title: " ".join(do.split()) for title, do in STEP.findall(DOCUMENT)}


class Reader(Browsing):
    """Somebody who does the steps, in a browser with a profile of its own."""

    def __init__(self, browser, lab):
        self.browser = browser
        browser.open()
        super().__init__(browser.tab().page, lab)

    def restart(self):
        self.browser.close()
        self.browser.open()
        self.page = self.browser.tab().page

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1)

    @property
    def bar(self):
        return self.page.locator("details.session > summary")

    def open_bar(self):
        """If it is not open: it stays so in a tab."""
        if not self.page.locator("details.session[open]").count():
            self.bar.click()

    def expect_ticked(self, number, title):
        """By the inspector, in another tab."""
        tab = self.browser.tab().page
        tab.goto(self.lab.origin("inspector") + "/first-steps/")
        step = tab.locator(".lesson > li").nth(number - 1)
        expect(step.locator(".title")).to_have_text(title)
        expect(step.locator(".tick")).to_have_text("✓")
        tab.close()

    def choose(self, link):
        self.page.get_by_role("link", name=link).first.click()

    def press(self, button):
        self.page.get_by_role("button", name=button).click()

    def set(self, label, value):
        self.page.get_by_label(label).select_option(value)
        self.page.locator("form", has=self.page.get_by_label(label)).get_by_role("button").click()


def count(reader):
    """The commands are run by ``test_lessons``."""
    reader.visit("site_a")
    reader.choose("What does a server remember between two requests?")
    for _ in range(2):
        reader.choose("Again")
        expect(reader.page.locator(".counters dd")).to_have_text(["1"])
    expect(reader.bar).to_contain_text("no session cookie")
    assert reader.jar() == {}
    reader.choose("Count in the session, too")
    for in_the_session in ("2", "3"):
        reader.choose("Again")
        expect(reader.page.locator(".counters dd")).to_have_text(["1", in_the_session])


def look_at_the_cookie(reader):
    changed = reader.page.locator("section[aria-labelledby=panel-changed]")
    reader.choose("To the front page")
    reader.choose("When does a session begin?")
    reader.choose("A page that stores nothing")
    reader.open_bar()
    expect(changed).not_to_contain_text("Set-Cookie")
    reader.choose("A page that stores a value")
    reader.open_bar()
    expect(changed).to_contain_text("Set-Cookie: site_a_session")
    assert set(reader.jar()) == {"site_a_session"}


def visit_both(reader):
    reader.visit("site_b")
    expect(reader.page.locator(".lead")).to_contain_text("This server does not know you.")
    assert reader.jar("site_b") == {}
    reader.visit("site_a")
    expect(reader.bar).not_to_contain_text("no session cookie")


def change_the_key(reader):
    key = reader.jar("site_a")["site_a_session"]
    reader.choose("What is in a session?")
    reader.press("New key")
    expect(reader.bar).to_contain_text("new key")
    assert reader.jar("site_a")["site_a_session"] != key
    assert reader.jar("site_b") == {}


def set_a_language(reader):
    reader.set("Language", "fr")
    reader.open_bar()
    changed = reader.page.locator("section[aria-labelledby=panel-changed]")
    expect(changed).to_contain_text(re.compile('language\\s*added "fr"'))


def get_the_language(reader):
    reader.page.reload()
    expect(reader.page.locator(".greeting")).to_contain_text("Bienvenue")
    reader.page.get_by_label("Read one").fill("language")
    reader.press("Get")
    expect(reader.page.locator("main output")).to_have_text("language is 'fr'")


def look_at_the_table(reader):
    reader.choose("To the front page")
    reader.choose("Where is it?")
    expect(reader.heading).to_have_text("One session in this table: yours.")


def sign_in(reader):
    early = reader.jar("site_a")["site_a_session"]
    reader.visit("site_a")
    reader.choose("Sign in at Identity")
    assert reader.page.url.startswith(reader.lab.origin("identity"))
    assert set(reader.jar("identity")) == {"identity_csrftoken"}
    reader.fill_in_form("alice")
    reader.expect_known_as("alice")
    expect(reader.heading).to_contain_text("Bienvenue")
    assert reader.jar("site_a")["site_a_session"] != early
    reader.open_bar()
    expect(reader.page.locator("section[aria-labelledby=panel-kept]")).to_contain_text("_auth_user_id")


def read_what_signing_in_is(reader):
    reader.visit("identity")
    reader.choose("What is signing in?")
    expect(reader.heading).to_contain_text("Checking the password changed nothing.")


def sign_in_without_a_password(reader):
    reader.visit("site_b")
    reader.choose("Sign in at Identity")
    reader.expect_known_as("alice")
    assert len({reader.jar()[f"{server}_session"] for server in ("identity", "site_a", "site_b")}) == 3
    assert set(reader.jar("identity")) == {"identity_session", "identity_csrftoken"}


def sign_out_and_come_back(reader):
    reader.visit("site_b")
    sign_out(reader.page, "Sign out of this site")
    reader.expect_stranger()
    reader.visit("site_a")
    reader.expect_known_as("alice")
    reader.visit("site_b")
    reader.choose("Sign in at Identity")
    reader.expect_known_as("alice")


def close_the_browser(reader):
    reader.visit("site_a")
    reader.restart()
    reader.visit("inspector", "/first-steps/")
    reader.press("I have closed the browser and started it again")
    reader.visit("site_a")
    reader.expect_known_as("alice")
    reader.visit("identity")
    reader.expect_stranger()


def fill_the_cart(reader):
    reader.visit("site_b")
    sign_out(reader.page, "Sign out of this site")
    reader.visit("site_b")
    reader.choose("What happens to a cart when you sign in?")
    reader.press("Add Ink, black")
    reader.open_bar()
    kept = reader.page.locator("section[aria-labelledby=panel-kept]")
    expect(kept).to_contain_text("cart")
    expect(kept.locator("tbody")).not_to_contain_text("_auth_user_id")


def sign_in_with_the_cart(reader):
    early = reader.jar("site_b")["site_b_session"]
    reader.page.get_by_role("link", name="Sign in", exact=True).click()
    reader.fill_in_form("alice")
    reader.expect_known_as("alice")
    expect(reader.page.get_by_role("status")).to_contain_text("Your cart is still here")
    assert reader.jar("site_b")["site_b_session"] != early


def change_the_session(reader):
    reader.visit("site_a")
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


FIRST_STEPS = {
    "open site A, choose *What does a server remember between two requests?* and there *Again*, a few times. Look at "
    "the bar. Then choose *Count in the session, too*, and *Again*. Run the printed `curl` commands.": count,
    "go back to the front page, choose *When does a session begin?*, and there *A page that stores nothing*. Then "
    "choose *A page that stores a value*. Open the bar.": look_at_the_cookie,
    "open site B. Then open site A again.": visit_both,
    "choose *What is in a session?* and press *New key*.": change_the_key,
    "choose French as your language. Open the bar.": set_a_language,
    "reload the page. Then write `language` beside *Read one*, and press *Get*.": get_the_language,
    "go back to the front page, and choose *Where is it?*": look_at_the_table,
    "open site A, choose *Sign in at Identity*, and stop at the form. Then sign in as alice. Leave *Keep me signed in* "
    "unticked. Open the bar.": sign_in,
    "open Identity, and choose *What is signing in?*": read_what_signing_in_is,
    "open site B and choose *Sign in at Identity*.": sign_in_without_a_password,
    "open site B, choose *Here you are alice* and there *Sign out of this site*. Open site A. Then open site B and "
    "choose *Sign in at Identity*.": sign_out_and_come_back,
    "open site A. Close the browser, with all its windows. Start it again, open the inspector's *First steps*, and "
    "press *I have closed the browser and started it again*. Then open site A and Identity.": close_the_browser,
}
MORE = {
    "at site B, choose *Sign out of this site*. Then choose *What happens to a cart when you sign in?* there, and put "
    "something into the cart.": fill_the_cart,
    "choose *Sign in* there, and sign in as alice.": sign_in_with_the_cart,
    "choose a timeout of 2 minutes at site A. Then choose *New key*, then *Flush*. Then sign in again.": (
        change_the_session
    ),
    "choose *Sign out of this site* at site B. Open site A, then Identity. Sign in at site B again.": sign_out_of_one,
    "choose *Sign out at Identity* at Identity. Open both sites.": sign_out_of_all,
}


@pytest.fixture
def reader(watched_lab, tmp_path, playwright):
    """With a browser that can be closed."""
    browser = Chromium(tmp_path / "browser", playwright.chromium)
    reader = Reader(browser, watched_lab)
    yield reader
    browser.close()


def test_the_steps_are_those_of_the_document():
    assert list(FIRST_STEPS | MORE) == list(TOLD.values())


def test_try_this(reader):
    """The first twelve tick the inspector's first steps, one after the other."""
    for number, (title, step) in enumerate(zip(TOLD, FIRST_STEPS.values(), strict=False), 1):
        step(reader)
        reader.expect_ticked(number, title.replace("`", ""))
    for step in MORE.values():
        step(reader)


def test_every_page_and_button_that_the_document_names_is_called_so():
    """A name that changes in one place only would leave the reader standing."""
    steps = DOCUMENT[DOCUMENT.index("## One sign-in") : DOCUMENT.index("## Host names")]
    named = set(re.findall(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)", steps))
    assert len(named) > 5
    folders = ("identity", "site_a", "site_b", "shared")
    templates = "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.html"))
    templates = templates.replace("{{ provider.title }}", IDENTITY.title)
    templates += (ROOT / "shared" / "lab" / "inspector" / "first_steps" / "steps.py").read_text()
    titles = (ROOT / "shared" / "lab" / "inspector" / "pages.py").read_text()
    titles += (ROOT / "shared" / "session_inspector" / "inspector" / "pages.py").read_text()
    assert [name for name in sorted(" ".join(name.split()) for name in named) if name not in templates + titles] == []
