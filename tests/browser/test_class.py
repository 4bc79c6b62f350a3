"""A class on one server: two people in browsers that find it by a name, and their teacher."""

import re
import socket
import time
from contextlib import ExitStack

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.browsing import Browsing
from tests.browser.watching import until
from tests.processes import works_in_vain

pytestmark = pytest.mark.slow

ADDRESS, DOMAIN = "127.0.0.2", "class.test"


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once("identity", "site_a", "site_b", "inspector", "ready", LAB_ADDRESS=ADDRESS, LAB_DOMAIN=DOMAIN)


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture(scope="module")
def browser_that_finds_it(playwright):
    """As one of another machine does, with a name server or a hosts file."""
    rules = f"--host-resolver-rules=MAP *.{DOMAIN} {ADDRESS}"
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*chromium.arguments(), rules])
    yield browser
    browser.close()


@pytest.fixture
def somebody(browser_that_finds_it, lab):
    """One more person, with a browser of their own."""
    opened = []

    def somebody(**options):
        opened.append(browser_that_finds_it.new_context(**options))
        return Browsing(opened[-1].new_page(), lab)

    yield somebody
    for context in opened:
        context.close()


def in_the_inspector(person):
    """Their own page there, opened from the bar of their page at a server; where that is, without its last slash."""
    person.page.get_by_role("link", name="In the inspector").click()
    expect(person.page.locator("h1")).not_to_contain_text("Open the inspector")
    return person.page.url.rstrip("/")


def signed_in(person, name):
    person.sign_in_at("site_a", name)
    person.expect_known_as(name)
    return person


def test_each_sees_their_own_traffic_live_and_nothing_of_another(lab, somebody):
    ann, bob = signed_in(somebody(), "alice"), signed_in(somebody(), "bob")
    in_the_inspector(ann)
    at_bobs = in_the_inspector(bob)
    expect(ann.page.locator("h1")).to_contain_text("say you are alice")
    expect(bob.page.locator("h1")).to_contain_text("say you are bob")
    expect(bob.page.locator("#live")).to_be_visible()
    before = bob.page.locator("main").inner_text()
    at_site = Browsing(ann.page.context.new_page(), lab)
    at_site.visit("site_a", "/nautilus/")
    ann.page.bring_to_front()
    expect(ann.page.locator("#columns")).to_contain_text("/nautilus/", use_inner_text=False)
    assert bob.page.locator("main").inner_text() == before
    for path in ("/ladder/", "/visitors/", "/journal.json"):
        bob.page.goto(at_bobs + path)
        expect(bob.page.locator("body")).not_to_contain_text("nautilus")


def test_a_page_without_a_place_looks_by_itself(lab, somebody):
    person = signed_in(somebody(), "alice")
    own = person.page.get_by_role("link", name="In the inspector").get_attribute("href")
    person.page.goto("about:blank")
    until(person.page, lambda: not works_in_vain(lab.processes["inspector"]))  # nobody leaves from now on
    with ExitStack() as others:
        while listens(others.enter_context(socket.create_connection((ADDRESS, lab.port + 3))), own):
            pass
        page = person.page.context.new_page()
        with page.expect_response(re.compile("/stream/")) as answer:
            page.goto(own)
        assert (answer.value.status, answer.value.headers["retry-after"]) == (503, "5")
        person.visit("site_a", "/nautilus/")
        page.bring_to_front()
        expect(page.locator("#columns")).to_contain_text("/nautilus/", use_inner_text=False, timeout=20_000)


def listens(connection, address):
    """Whether there was a place for one more who listens."""
    _, _, host, name, _ = address.split("/")
    connection.sendall(f"GET /{name}/stream/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_it_works_without_script(somebody):
    person = signed_in(somebody(java_script_enabled=False), "alice")
    own = in_the_inspector(person)
    for tab in ("Ladder", "First steps", "Scenarios", "Side by side"):
        person.page.get_by_role("link", name=tab, exact=True).first.click()
        expect(person.page).to_have_url(re.compile(re.escape(own)))


def test_the_address_of_the_inspector_alone_shows_nobody(lab, somebody):
    signed_in(somebody(), "alice")
    stranger = somebody()
    stranger.visit("inspector")
    expect(stranger.page.locator("h1")).to_have_text("Open the inspector from a page of your own.")
    expect(stranger.page.locator("main")).not_to_contain_text("alice")


def test_who_starts_over_is_forgotten_and_others_stay(lab, somebody):
    ann, bob = signed_in(somebody(), "alice"), signed_in(somebody(), "bob")
    at_anns, at_bobs = in_the_inspector(ann), in_the_inspector(bob)
    ann.page.goto(f"{at_anns}/start-over/")
    ann.page.get_by_role("button", name="Start over now").click()
    ann.page.wait_for_url(re.compile("forgotten=yes"))
    assert ann.jar() == {}
    bob.page.goto(at_bobs)
    expect(bob.page.locator("h1")).to_contain_text("say you are bob")


def test_the_teacher_s_key_is_printed_and_shows_the_class(lab, somebody):
    signed_in(somebody(), "alice")
    signed_in(somebody(), "bob")
    lab.stop("ready")
    lab.start("ready")
    key = wait_for_key(lab)
    teacher = somebody()
    teacher.visit("inspector", "/key/")
    teacher.page.get_by_label("Key").fill(key)
    teacher.page.get_by_role("button", name="Enter").click()
    teacher.visit("inspector", "/visitors/")
    expect(teacher.page.locator("main")).to_contain_text("alice")
    expect(teacher.page.locator("main")).to_contain_text("bob")
    assert key not in "".join(log.read_text() for log in lab.state.glob("*.log") if log.stem != "ready")


def wait_for_key(lab):
    deadline = time.monotonic() + 60
    while not (found := re.search(r"The teacher's key, for .*/key/: (\S+)", lab.output)):
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.1)
    return found[1]


def test_the_servers_ask_one_another_though_this_machine_knows_no_such_name(lab, somebody):
    """A sign-in takes two calls of a site, and a sign-out one of Identity."""
    person = signed_in(somebody(), "alice")
    person.visit("identity", "/accounts/logout/")
    person.page.locator("main").get_by_role("button", name="Sign out").first.click()
    person.visit("site_a")
    person.expect_stranger()


def test_it_listens_at_that_address_and_at_no_other(lab):
    for name in ("identity", "site_a", "site_b", "inspector"):
        for connection in psutil.Process(lab.processes[name].pid).net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == ADDRESS


def test_no_log_and_no_recorded_address_has_the_private_name(lab, somebody):
    person = signed_in(somebody(), "alice")
    own = in_the_inspector(person)
    name = own.rpartition("/")[2]
    person.page.goto(f"{own}/no/such/page/")
    person.page.goto(own)
    person.page.get_by_role("link", name="Site A").first.click()
    person.page.goto(f"{own}/journal.json")
    proof = name.partition(".")[2]
    assert proof not in person.page.content()
    assert proof not in lab.output
