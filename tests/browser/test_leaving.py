"""The board in a real browser: each way to leave is gone, and every server says what was expected of it."""

import subprocess

import pytest
from playwright.sync_api import expect

from lab.inspector.leaving.ways import WAYS
from lab.servers import SERVERS
from tests.browser.browsing import Browsing
from tests.processes import ROOT


class Sitting:
    """A person with a browser that can be closed and opened again. Its cookies are kept in a folder."""

    def __init__(self, browser_type, arguments, folder, lab):
        self.open = lambda: browser_type.launch_persistent_context(folder, **arguments)
        self.lab = lab
        self.context = self.open()

    def reopen(self):
        self.context.close()
        self.context = self.open()

    def in_a_tab(self):
        return Browsing(self.context.new_page(), self.lab)

    def sign_in(self, is_remembered):
        person = self.in_a_tab()
        person.visit("site_a", "/oidc/authenticate/")
        person.page.get_by_label("Keep me signed in here").set_checked(is_remembered)
        person.fill_in_form("alice")
        person.expect_known_as("alice")
        person.visit("site_b", "/oidc/authenticate/")
        person.expect_known_as("alice")

    def press(self, server, path, *buttons):
        person = self.in_a_tab()
        person.visit(server, path)
        for button in buttons:
            person.page.get_by_role("button", name=button).click()
            person.page.wait_for_load_state()

    def run(self, command):
        """As it is printed, in a terminal that does not know how the lab was started."""
        environment = {name: value for name, value in self.lab.environment.items() if name != "LAB_STATE"}
        subprocess.run(command, shell=True, check=True, cwd=ROOT, env=environment)


@pytest.fixture
def lab(watched_lab):
    watched_lab.start_worker()
    return watched_lab


@pytest.fixture
def sitting(browser_type, browser_type_launch_args, tmp_path, lab):
    sitting = Sitting(browser_type, browser_type_launch_args, tmp_path / "browser", lab)
    yield sitting
    sitting.context.close()


DO = {
    "site_only": lambda one, command: one.press("site_a", "/", "Sign out of this site"),
    "staying": lambda one, command: one.press(
        "site_a", "/", "Sign out here and at Identity", "Stay signed in at Identity"
    ),
    "leaving": lambda one, command: one.press(
        "site_a", "/", "Sign out here and at Identity", "Sign out at Identity too"
    ),
    "at_identity": lambda one, command: one.press("identity", "/", "Sign out at Identity"),
    "session_ended": lambda one, command: one.press("identity", "/sessions/", "End this session"),
    "row_deleted": lambda one, command: one.run(command),
    "expired": lambda one, command: one.press("site_a", "/values/", "Expire now"),
    "closed": lambda one, command: one.reopen(),
    "closed_kept": lambda one, command: one.reopen(),
    "cookie_deleted": lambda one, command: one.context.clear_cookies(name="site_a_session"),
    "disabled": lambda one, command: one.run(command),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_expected_is_what_is_observed(lab, sitting, way):
    sitting.sign_in(is_remembered=way.name == "closed_kept")
    board = sitting.in_a_tab()
    board.visit("inspector", "/leaving/")
    expect(board.page.locator("#now strong")).to_have_text(["alice"] * 3)
    row = board.page.locator(f"#{way.name}")
    row.get_by_role("link", name="I try this now").click()
    expect(row).to_contain_text("You are trying this.")
    expect(row.locator("td", has_text="not visited yet")).to_have_count(3)
    command, address = row.locator(".command"), board.page.url
    DO[way.name](sitting, command.inner_text() if way.command else None)
    if board.page.is_closed():  # with the browser
        board = sitting.in_a_tab()
        board.page.goto(address)
        row = board.page.locator(f"#{way.name}")
    if way.is_recorded:
        expect(board.page.locator("#trial")).to_contain_text("✓ seen at")
        left = ["alice" if way.is_expected_to_know(server) else "nobody" for server in SERVERS]
        expect(board.page.locator("#now strong")).to_have_text(left)
    person = sitting.in_a_tab()
    for server in SERVERS:
        person.visit(server.name)
        cell = row.locator(f"td[data-label='{server.title}']")
        expect(cell).to_contain_text("still alice" if way.is_expected_to_know(server) else "nobody")
        expect(cell).to_contain_text("✓ as expected")
    expect(board.page.get_by_role("heading", level=1)).to_contain_text("As expected:")


def test_without_script_the_board_shows_what_was_observed_when_it_is_loaded_anew(lab, browser):
    context = browser.new_context(java_script_enabled=False)
    person, board = Browsing(context.new_page(), lab), Browsing(context.new_page(), lab)
    person.sign_in_at("site_a", "alice")
    board.visit("inspector", "/leaving/")
    row = board.page.locator("#site_only")
    row.get_by_role("link", name="I try this now").click()
    person.page.get_by_role("button", name="Sign out of this site").click()
    person.visit("site_a")
    board.page.reload()
    expect(row.locator("td[data-label='site A']")).to_contain_text("observed: nobody ✓ as expected")
    expect(row.locator("td[data-label='Identity']")).to_contain_text("not visited yet")
