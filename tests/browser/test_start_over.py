"""*Start over*: one button, three servers that forget the browser, and an empty journal."""

import re
import sqlite3
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from lab.servers import SERVERS
from tests.browser.browsing import Browsing
from tests.browser.sitting import Sitting
from tests.browser.watching import SESSIONS

pytestmark = pytest.mark.slow


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def sitting(emptied_browser, lab):
    return Sitting(emptied_browser, lab)


def number_of_entries(lab):
    with closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3")) as file:
        return file.execute("SELECT count(*) FROM journal_entry").fetchone()[0]


def expect_no_session_left(lab):
    for server in SERVERS:
        assert lab.manage(server.name, "shell", "-v", "0", "-c", f"print({SESSIONS}.count())").strip() == "0"


def test_start_over_forgets_the_browser_at_all_three_servers_and_empties_the_journal(sitting, lab):
    sitting.sign_in()
    sitting.visit("site_b", "/oidc/authenticate/")
    sitting.expect_known_as("alice")
    sitting.visit("inspector", "/start-over/")
    sitting.tab.click("link", "Start over now")
    sitting.tab.part("h1").expect("Nothing is recorded of this browser yet.")
    assert sitting.tab.url == f"{lab.origin('inspector')}/"
    assert [sitting.browser.cookies(lab.origin(server.name)) for server in SERVERS] == [{}, {}, {}]
    expect_no_session_left(lab)
    assert number_of_entries(lab) == 0
    sitting.visit("site_a", "/begin/value/")
    sitting.visit("inspector")
    sitting.tab.part("#beside").expect("One session cookie, at site A.")


def test_who_wants_to_can_keep_the_journal(sitting, lab):
    sitting.sign_in()
    sitting.visit("inspector", "/start-over/")
    sitting.tab.click("link", "Forget this browser, keep the journal")
    sitting.tab.part("h1").expect("This browser is forgotten. The journal is kept.")
    expect_no_session_left(lab)
    assert number_of_entries(lab) > 0


def test_without_script_each_page_has_a_button(lab, browser):
    person = Browsing(browser.new_context(java_script_enabled=False).new_page(), lab)
    person.sign_in_at("site_a", "alice")
    person.visit("site_b", "/orders/")
    person.visit("inspector")
    heading = person.page.get_by_role("heading", level=1)
    person.page.get_by_role("link", name="Start over", exact=True).click()
    person.page.get_by_role("link", name="Start over now").click()
    for server, onward in (("Identity", "site A"), ("site A", "site B"), ("site B", "inspector")):
        expect(heading).to_have_text(f"Forget this browser at {server}?")
        person.page.get_by_role("button", name=f"Forget me here, and go on to {onward}").click()
    expect(heading).to_have_text("Empty the journal, too?")
    assert person.jar() == {}
    person.page.get_by_role("button", name="Empty the journal").click()
    expect(heading).to_contain_text("Nothing is recorded of this browser yet.")
    assert number_of_entries(lab) == 0


@contextmanager
def page_of_another_site(markup, host="localhost"):
    """Its address, at a port of its own. It names itself in full wherever a browser lets a page do so."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Referrer-Policy", "unsafe-url")
            self.end_headers()
            self.wfile.write(markup.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


QUERY = "?forgotten=yes&then=empty"
BUTTON = '<button role="link">Win a prize</button>'
ATTACKS = {
    "a link": f'<a href="{{page}}{QUERY}">Win a prize</a>',
    "a link that hides where it stands": f'<a href="{{page}}{QUERY}" referrerpolicy="no-referrer">Win a prize</a>',
    "a form that asks": f'<form action="{{page}}"><input type="hidden" name="journal" value="empty">{BUTTON}</form>',
    "a form that sends": f'<form method="post" action="{{page}}{QUERY}">{BUTTON}</form>',
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_another_site_can_lead_there_and_nothing_is_forgotten(lab, sitting, attack):
    sitting.sign_in()
    sitting.visit("site_b", "/oidc/authenticate/")
    sitting.expect_known_as("alice")
    keys = [sitting.session_key(server.name) for server in SERVERS]
    pages = [
        *(lab.origin(server.name) + "/session/forget/" for server in SERVERS),
        f"{lab.origin('inspector')}/start-over/",
    ]
    for page in pages:
        with page_of_another_site(ATTACKS[attack].format(page=page)) as address:
            sitting.tab.goto(address)
            sitting.tab.click("link", "Win a prize")
            sitting.tab.part("h1").expect(
                re.compile(
                    "Forget this browser at|Empty the journal, too|Start over, for|was refused|not come from a page"
                )
            )
            assert sitting.tab.url.startswith(page)
    for server in SERVERS:
        sitting.visit(server.name)
        sitting.expect_known_as("alice")
    assert [sitting.session_key(server.name) for server in SERVERS] == keys
    assert number_of_entries(lab) > 0
