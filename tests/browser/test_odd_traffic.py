"""Traffic that no lesson asks for: what the inspector says of it is what the browser and the databases say."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.browser.truth import SERVERS, Wire, asked, expect_ladder, expect_truth

pytestmark = pytest.mark.slow

SITES = ("site_a", "site_b")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def person(page, lab):
    """alice, signed in at all three."""
    person = Browsing(page, lab)
    person.sign_in_at("site_a", "alice")
    sign_in_by_cookie(person, "site_b")
    return person


def sign_in_by_cookie(person, site):
    person.visit(site)
    person.page.get_by_role("link", name="Sign in at Identity").click()
    person.expect_known_as("alice")


@pytest.fixture
def inspector(person, lab):
    return Browsing(person.page.context.new_page(), lab)


def heading(inspector):
    return inspector.page.get_by_role("heading", level=1)


def column(inspector, server):
    return inspector.page.locator(f"section[aria-labelledby=column-{server}]")


def empty_the_journal(inspector):
    inspector.visit("inspector", "/start-over/")
    inspector.page.get_by_role("button", name="Empty the journal").click()


def test_who_is_signed_in_at_all_three_stays_one_person_when_the_journal_is_emptied(person, inspector):
    empty_the_journal(inspector)
    person.visit("site_a")
    inspector.visit("inspector")
    expect(inspector.page.locator("#beside")).to_contain_text("One session cookie, at site A.")
    expect(heading(inspector)).to_have_text("Site A says you are alice; of Identity and site B nothing is recorded.")
    person.visit("site_b")
    person.visit("identity")
    inspector.visit("inspector")
    expect(inspector.page.locator("#beside")).to_contain_text("Three servers, three session cookies, none in common.")
    expect(heading(inspector)).to_have_text("All three say you are alice.")
    inspector.visit("inspector", "/visitors/")
    expect(heading(inspector)).to_have_text("One browser so far. A private window would be a second one.")


def test_sites_hang_on_the_session_at_identity_that_led_to_them(person, inspector, page):
    inspector.visit("inspector")
    for site in SITES:
        expect(column(inspector, site)).to_contain_text("its present one")
    page.context.clear_cookies(name="identity_session")
    person.visit("identity", "/accounts/login/")
    person.fill_in_form("alice")
    inspector.visit("inspector")
    for site in SITES:
        expect(column(inspector, site)).to_contain_text("an earlier one than it has for this browser now")


def test_a_browser_that_lost_every_cookie_is_a_stranger_in_the_headline_too(person, inspector, page):
    page.context.clear_cookies()
    for server in (*SITES, "identity"):
        person.visit(server)
        person.expect_stranger()
    assert not {name for name in person.jar() if name.endswith("_session")}
    inspector.visit("inspector")
    expect(heading(inspector)).to_have_text("Identity, site A and site B do not know you.")
    expect(inspector.page.locator(".you strong")).to_have_text(["not signed in"] * 3)


def delete_row(person):
    asked(person.lab, "site_a", "DELETE FROM django_session")


def let_row_expire(person):
    asked(person.lab, "site_b", "UPDATE django_session SET expire_date = '2020-01-01 00:00:00'")


def disable_at_site(person):
    asked(person.lab, "site_a", "UPDATE auth_user SET is_active = 0")


def spoil_signature(person):
    asked(person.lab, "site_a", "UPDATE django_session SET session_data = session_data || 'x'")


def lose_session_cookies(person):
    for server in SERVERS:
        person.page.context.clear_cookies(name=f"{server}_session")


def lose_every_cookie(person):
    person.page.context.clear_cookies()


def bring_cookies_back(person):
    """As a browser does that goes on where it left off: Identity's cookie has no expire date."""
    cookies = person.page.context.cookies()
    person.page.context.clear_cookies(name="identity_session")
    person.visit("identity")
    person.page.context.add_cookies(cookies)


def sign_in_as_another(person):
    person.visit("identity")
    sign_out(person.page, "Sign out at Identity")
    person.sign_in_at("site_b", "bob")
    person.expect_known_as("bob")


def sign_out_of_one_site(person):
    person.visit("site_b")
    sign_out(person.page, "Sign out of this site")
    person.expect_stranger()


def change_password(person):
    code = "from django.contrib.auth.models import User; user = User.objects.get(username='alice');"
    person.lab.manage("identity", "shell", "-v", "0", "-c", f"{code} user.set_password('another'); user.save()")


def change_the_key_in_two_tabs(person):
    for page in (person.page, person.page.context.new_page()):
        tab = Browsing(page, person.lab)
        tab.visit("site_a", "/values/")
        tab.page.get_by_role("button", name="New key").click()
        tab.page.wait_for_load_state()


def restart_site(person):
    person.lab.stop("site_a")
    person.visit("site_b")
    person.lab.start("site_a")


def start_over_at_the_servers(person):
    person.visit("identity", "/session/forget/")
    for _ in SERVERS:
        person.page.get_by_role("button", name=re.compile("Forget")).click()
        person.page.wait_for_load_state()


ODD = [
    delete_row,
    let_row_expire,
    disable_at_site,
    spoil_signature,
    lose_session_cookies,
    lose_every_cookie,
    bring_cookies_back,
    sign_in_as_another,
    sign_out_of_one_site,
    change_password,
    change_the_key_in_two_tabs,
    restart_site,
]


AMISS = {spoil_signature: "Site A: the row was there at "}


@pytest.mark.parametrize("do", ODD, ids=lambda do: do.__name__)
def test_the_pages_say_what_the_jar_the_wire_and_the_databases_say(lab, person, inspector, do):
    inspector.visit("inspector")
    wire = Wire(lab, person.page.context)
    do(person)
    for server in SERVERS:
        person.visit(server)
    inspector.visit("inspector")
    expect_truth(inspector, person, AMISS.get(do, ""))
    expect_ladder(inspector, wire)


def test_who_has_started_over_is_a_stranger_whose_earlier_clicks_are_somebody_s(person, inspector):
    start_over_at_the_servers(person)
    for server in SERVERS:
        person.visit(server)
    inspector.visit("inspector")
    expect_truth(inspector, person)


def test_a_cookie_that_a_sibling_planted_is_reported(started_before, page):
    lab = started_before
    lab.domain = "lab.localhost"  # one site, as under any shared parent
    lab.start()
    person = Browsing(page, lab)
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    planted = {"name": "site_a_session", "value": "planted", "domain": ".lab.localhost", "path": "/"}
    page.context.add_cookies([planted])
    person.visit("site_a")
    expect(page.locator("details.session > summary")).to_contain_text("cookie site_a_session twice")
    inspector = Browsing(page.context.new_page(), lab)
    inspector.visit("inspector")
    expect(column(inspector, "site_a")).to_contain_text("The session cookie came twice: Django takes the last")
    assert [cookie["value"] for cookie in page.context.cookies(lab.origin("site_a"))].count("planted") == 1
    taken = asked(lab, "site_a", "SELECT 1 FROM django_session WHERE session_key = 'planted'")
    assert taken == []  # whatever Django took, nobody else's row came of it


def test_a_key_in_another_browser_is_said_to_be_copied(person, inspector, browser, lab):
    key = person.jar("site_a")["site_a_session"]
    thief = browser.new_context(user_agent="Mozilla/5.0 Firefox/153.0")
    thief.add_cookies([{"name": "site_a_session", "value": key, "url": lab.origin("site_a")}])
    copied = Browsing(thief.new_page(), lab)
    person.visit("site_a")
    copied.visit("site_a")
    copied.expect_known_as("alice")
    person.visit("site_a")
    inspector.visit("inspector", f"/?visitor={visitor_of(lab, 'site_a')}")
    expect(column(inspector, "site_a")).to_contain_text("This key came with 2 User-Agents")
    expect(column(inspector, "site_a")).to_contain_text("Two programs have this key: the cookie was copied.")


def visitor_of(lab, server):
    """The one with the newest entry there."""
    return asked(lab, "journal", "SELECT visitor FROM journal_entry WHERE server = ? ORDER BY id DESC", server)[0][0]


def test_who_follows_the_address_of_somebody_else_s_sign_in_does_not_become_them(lab, page, browser):
    """Until then one sign-in went through both browsers; then both come to site A in turns."""
    alice, other = Browsing(page, lab), Browsing(browser.new_context().new_page(), lab)
    for one in (alice, other):
        one.visit("site_a", "/begin/value/")
    alice.visit("site_a", "/oidc/authenticate/")
    other.page.goto(alice.page.url)  # Identity's form, with the state of alice's sign-in
    other.fill_in_form("bob")
    other.page.wait_for_load_state()
    alice.fill_in_form("alice")
    alice.expect_known_as("alice")
    other.visit("site_a")
    alice.visit("site_a")
    other.visit("site_a")
    jars = asked(
        lab, "journal", "SELECT jar, visitor FROM journal_entry WHERE server = 'site_a' ORDER BY id DESC LIMIT 2"
    )
    assert len({visitor for _, visitor in jars}) == len({jar for jar, _ in jars}) == 2
