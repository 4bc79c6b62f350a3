"""README's "Try this", step by step, as it says."""

import re

from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.processes import ROOT


def test_try_this(lab, page):
    person = Browsing(page, lab)
    heading = page.get_by_role("heading", level=1)
    bar = page.locator("details.session > summary")

    def choose(link):
        page.get_by_role("link", name=link).first.click()

    # 1: nothing sent, nothing got
    person.visit("site_a")
    expect(bar).to_contain_text("sent no session cookie")
    assert person.jar() == {}
    # 2: when a session begins
    choose("When does a session begin?")
    choose("A page that stores nothing")
    assert person.jar() == {}
    choose("A page that stores a value")
    assert set(person.jar()) == {"site_a_session"}
    expect(bar).to_contain_text("a session began")
    # 3: two counters
    choose("To the front page")
    choose("What does a server remember between two requests?")
    choose("Again")
    choose("Again")
    assert page.locator(".counters dd").all_inner_texts() == ["1", "3"]
    # 4: a language, which site B does not know
    choose("To the front page")
    choose("What is in a session?")
    page.get_by_label("Language").select_option("fr")
    page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
    expect(bar).to_contain_text('language nothing → "fr"')
    page.reload()
    expect(page.locator(".greeting")).to_contain_text("Bienvenue")
    person.visit("site_b")
    expect(page.locator(".lead")).to_contain_text("To this server you are a stranger.")
    assert person.jar("site_b") == {}
    # 5: a cart that needs no sign-in
    choose("What happens to a cart when you sign in?")
    page.get_by_role("button", name="Add Ink, black").click()
    bar.click()
    kept = page.locator("section[aria-labelledby=panel-kept]")
    expect(kept).to_contain_text("cart")
    expect(kept.locator("tbody")).not_to_contain_text("_auth_user_id")
    # 6: one sign-in
    early = person.jar("site_b")["site_b_session"]
    page.get_by_role("link", name="Sign in", exact=True).click()
    assert page.url.startswith(lab.origin("identity"))
    assert set(person.jar("identity")) == {"identity_csrftoken"}
    person.fill_in_form("alice")
    person.expect_known_as("alice")
    expect(page.get_by_role("status")).to_contain_text("Your cart came along")
    assert person.jar("site_b")["site_b_session"] != early
    # 7: what it was
    person.visit("identity")
    choose("What is signing in?")
    expect(heading).to_contain_text("Checking the password changed nothing.")
    assert len({person.jar()[f"{server}_session"] for server in ("identity", "site_b")}) == 2
    assert set(person.jar("identity")) == {"identity_session", "identity_csrftoken"}
    # 8: no password at the second site
    person.visit("site_a")
    choose("Sign in at identity")
    person.expect_known_as("alice")
    expect(heading).to_contain_text("Bienvenue")
    # 9: timeout, new key, flush
    page.get_by_label("Timeout").select_option("120")
    page.locator("form", has=page.get_by_label("Timeout")).get_by_role("button").click()
    expect(bar.locator(".countdown")).to_have_text(re.compile(r"^(2:00|1:5\d)$"))
    key = person.jar("site_a")["site_a_session"]
    page.get_by_role("button", name="New key").click()
    expect(heading).to_contain_text("Bienvenue")
    assert person.jar("site_a")["site_a_session"] != key
    page.get_by_role("button", name="Flush").click()
    person.expect_stranger()
    expect(heading).to_contain_text("Welcome")
    choose("Sign in at identity")
    person.expect_known_as("alice")
    # 10: the session table
    choose("Where is it?")
    expect(heading).to_have_text("One session in this table: yours.")
    # 11: sign out of one
    person.visit("site_b")
    page.get_by_role("button", name="Sign out of this site").click()
    person.expect_stranger()
    assert "site_b_session" not in person.jar("site_b")
    for server in ("site_a", "identity"):
        person.visit(server)
        person.expect_known_as("alice")
    person.visit("site_b", "/cart/")
    expect(heading).to_have_text("Your cart is empty")
    page.get_by_role("link", name="Sign in", exact=True).click()
    person.expect_known_as("alice")
    # 12: sign out at identity
    person.visit("identity")
    page.get_by_role("button", name="Sign out at identity").click()
    person.expect_stranger()
    expect(page.locator("main")).to_contain_text(re.compile(r"site A:\s+told at [\d:]{8} UTC"))
    for site in ("site_a", "site_b"):
        person.visit(site)
        person.expect_stranger()


def test_every_page_and_button_that_the_steps_name_is_called_so():
    """The steps above follow README; a name that changes in one place only would leave the reader standing."""
    readme = (ROOT / "README.md").read_text()
    steps = readme[readme.index("1. **Open site A.**") : readme.index("## Host names")]
    named = set(re.findall(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)", steps))
    assert len(named) > 5
    templates = "".join(
        path.read_text()
        for folder in ("identity", "site_a", "site_b", "shared")
        for path in (ROOT / folder).rglob("*.html")
    )
    assert [name for name in sorted(named) if name not in templates] == []
