"""The board in a real browser: each way to leave is gone, and every server says what was expected of it."""

import subprocess

import pytest
from playwright.sync_api import expect

from lab.inspector.leaving.ways import WAYS
from lab.servers import SERVERS
from tests.browser.browsing import Browsing, follow, go_to, groups, press, sign_out
from tests.browser.sitting import Sitting
from tests.browser.truth import person_in, row_of
from tests.processes import ROOT
from tests.processes import SERVERS as SERVED


class Leaving(Sitting):
    """What one does to leave, after one has come."""

    def sign_in_at_both_sites(self, is_remembered):
        self.sign_in(is_remembered)
        self.visit("site_b", "/oidc/authenticate/")
        self.expect_known_as("alice")

    def press(self, server, path, *buttons):
        self.visit(server, path)
        self.open_menu()
        for button in buttons:
            self.tab.click("button", button)

    def end_own_session(self):
        agent = self.tab.evaluate("() => navigator.userAgent")
        self.press("identity", "/sessions/", f"End this session of {agent}")

    def delete_cookie(self, server):
        self.browser.delete_cookie(self.lab.origin(server), f"{server}_session")

    def run(self, command):
        """As it is printed, in a terminal that does not know how the lab was started."""
        environment = {name: value for name, value in self.lab.environment.items() if name != "LAB_STATE"}
        subprocess.run(command, shell=True, check=True, cwd=ROOT, env=environment)


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once(*SERVED, "worker")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def leaving(emptied_browser, lab):
    return Leaving(emptied_browser, lab)


DO = {
    "site_only": lambda one, command: one.press("site_a", "/", "Sign out of this site"),
    "staying": lambda one, command: one.press(
        "site_a", "/", "Sign out here and at Identity", "Stay signed in at Identity"
    ),
    "leaving": lambda one, command: one.press(
        "site_a", "/", "Sign out here and at Identity", "Sign out at Identity too"
    ),
    "at_identity": lambda one, command: one.press("identity", "/", "Sign out at Identity"),
    "session_ended": lambda one, command: one.end_own_session(),
    "row_deleted": lambda one, command: one.run(command),
    "expired": lambda one, command: one.press("site_a", "/values/", "Expire now"),
    "closed": lambda one, command: one.reopen(),
    "closed_kept": lambda one, command: one.reopen(),
    "cookie_deleted": lambda one, command: one.delete_cookie("site_a"),
    "disabled": lambda one, command: one.run(command),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_expected_is_what_is_observed(leaving, way):
    leaving.sign_in_at_both_sites(is_remembered=way.name == "closed_kept")
    board = leaving.watch(leaving.lab.origin("inspector") + "/leaving/")
    board.part("#now > span:not(.hidden)").expect(*groups({server.title: "alice" for server in SERVERS}))
    board.click("link", f"I try this now : {way.title}")  # so it is read aloud
    board.part(f"#{way.name}").expect("You are trying this.")
    board.part(f"#{way.name} td", "not visited yet").expect_count(3)
    address = board.url
    DO[way.name](leaving, board.part(f"#{way.name} .command").text() if way.command else None)
    if way.name in ("closed", "closed_kept"):  # the board, too
        board = leaving.watch(address)
    if way.is_recorded:
        board.part("#trial").expect("✓ seen at")
        left = {server.title: "alice" if way.is_expected_to_know(server) else "not signed in" for server in SERVERS}
        board.part("#now > span:not(.hidden)").expect(*groups(left))
    for server in SERVERS:
        leaving.visit(server.name)
        observed = "still alice" if way.is_expected_to_know(server) else "not signed in"
        board.part(f"#{way.name} td[data-label='{server.title}']").expect(f"observed: {observed} ✓ as expected")
    board.part("h1").expect("As expected:")


@pytest.mark.parametrize("way", [way for way in WAYS if way.cookie], ids=lambda way: way.name)
def test_where_only_the_cookie_goes_its_row_stays_and_says_who_one_was(leaving, way):
    leaving.sign_in_at_both_sites(is_remembered=False)
    lab, server = leaving.lab, way.cookie.name
    key = leaving.session_key(server)
    DO[way.name](leaving, None)
    leaving.visit(server)
    leaving.expect_known_as("not signed in")
    assert person_in(lab, server, row_of(lab, server, key)) == "alice"


def test_without_script_the_board_shows_what_was_observed_when_it_is_loaded_anew(lab, browser):
    context = browser.new_context(java_script_enabled=False)
    person, board = Browsing(context.new_page(), lab), Browsing(context.new_page(), lab)
    person.sign_in_at("site_a", "alice")
    board.visit("inspector", "/leaving/")
    row = board.page.locator("#site_only")
    row.get_by_role("link", name="I try this now").click()
    sign_out(person.page, "Sign out of this site")
    person.visit("site_a")
    board.page.reload()
    expect(row.locator("td[data-label='site A']")).to_contain_text("observed: not signed in ✓ as expected")
    expect(row.locator("td[data-label='Identity']")).to_contain_text("not visited yet")


def test_by_keyboard_alone_one_tries_a_way_to_leave_and_sees_who_still_knows_one(lab, page):
    person = Browsing(page.context.new_page(), lab)
    person.sign_in_at("site_a", "alice")
    person.visit("site_b", "/oidc/authenticate/")
    person.expect_known_as("alice")
    person.page.close()  # the links lead to a tab of their own
    Browsing(page, lab).visit("inspector", "/leaving/")
    page.bring_to_front()
    go_to(page, "#site_only summary")
    page.keyboard.press("Enter")
    expect(page.locator("#site_only details[open] > span")).to_contain_text("tells nobody")
    press(page, "#site_only .button", "I try this now")
    expect(page.locator("#site_only")).to_contain_text("You are trying this.")
    site = follow(page, "#trial li a", "site A, its front page")
    go_to(site, ".leave > summary")
    site.keyboard.press("Enter")
    press(site, "button", "Sign out of this site")
    expect(page.locator("#trial h3").first).to_contain_text("✓ seen at")
    for server in SERVERS:
        follow(page, "#trial dt a", server.title)
    expect(page.get_by_role("heading", level=1)).to_contain_text("As expected:")
