"""Single logout between real servers: who is told, also where one of them is down, slow, or has one thread only."""

import re
import signal
import sqlite3
import threading
import time
from contextlib import ExitStack

import pytest

from bench.served import host_of, prepare, serve
from tests.browser.person import Person, new_people, resolve_to_loopback
from tests.processes import SERVERS, WAIT_TIMEOUT

SITES = ("site_a", "site_b")
EXPIRE = """
from django.contrib.sessions.models import Session
Session.objects.update(expire_date="2020-01-01T00:00Z")
"""


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once("identity", *SITES)


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture(autouse=True)
def names(monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")


def signed_in_everywhere(lab, name="alice"):
    person = Person(lab, name)
    for site in SITES:
        person.sign_in(site)
    return person


def sign_out_at_identity(person):
    """What the page afterwards says, as text."""
    page = person.get(person.lab.origin("identity") + "/accounts/logout/")
    answer = person.send_form(page)
    assert answer.status_code == 302, answer.text
    return text_of(person.get(person.lab.origin("identity") + answer.headers["Location"]).text)


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def known(person):
    return [person.known_at(server) for server in SERVERS if server != "inspector"]


def wait_until(condition, what):
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def rows(lab, server, query):
    with sqlite3.connect(lab.state / "var" / f"{server}.sqlite3") as database:
        return database.execute(query).fetchall()


def test_signing_out_at_identity_signs_out_of_both_sites_in_this_browser_only(lab):
    here, there = signed_in_everywhere(lab), signed_in_everywhere(lab)
    said = sign_out_at_identity(here)
    assert re.search(r"site A: told at [\d:]{8} UTC.*site B: told at [\d:]{8} UTC", said)
    assert known(here) == [None, None, None]
    assert known(there) == ["alice", "alice", "alice"]


@pytest.mark.parametrize(("decision", "left"), [("leave", [None, None, None]), ("stay", ["alice", None, "alice"])])
def test_signing_out_here_and_at_identity_is_the_persons_choice(lab, decision, left):
    alice = signed_in_everywhere(lab)
    question = alice.post("site_a", "/oidc/logout-everywhere/")
    assert question.url.startswith(lab.origin("identity") + "/identity/o/logout?")
    assert alice.known_at("identity") == "alice"  # nothing has happened there yet
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', question.text))
    address = lab.origin("identity") + "/identity/o/logout/decide"
    back = alice.session.post(address, data={**hidden, "decision": decision}, timeout=60)
    assert back.url.startswith(lab.origin("site_a") + "/signed-out/?state=")
    assert known(alice) == left


def test_identity_that_could_not_be_asked_still_knows_one_when_it_is_there_again(lab):
    alice = signed_in_everywhere(lab)
    lab.stop("identity")
    said = text_of(alice.post("site_a", "/oidc/logout-everywhere/").text)
    assert "Identity still has its own row, and will know you by it when it runs again." in said
    lab.start("identity")
    assert known(alice) == ["alice", None, "alice"]


def test_a_site_that_is_down_learns_of_it_when_it_is_there_again_even_if_identity_has_died(lab):
    alice = signed_in_everywhere(lab)
    lab.stop("site_b")
    said = sign_out_at_identity(alice)
    assert "site A: told at" in said
    assert "site B: not told yet: unreachable. Next try at" in said
    lab.stop("identity", how=signal.SIGKILL)
    lab.start("site_b")
    assert alice.known_at("site_b") == "alice"
    lab.start("worker")
    refused = "SELECT count(*) FROM backchannel_logout_relyingpartysession WHERE last_error = 'answered 400'"
    wait_until(lambda: rows(lab, "identity", refused) == [(1,)], "site B was never asked")
    lab.start("identity")  # without whose keys site B cannot check what it is told
    wait_until(lambda: alice.known_at("site_b") is None, "site B was never told")
    assert rows(lab, "site_b", "SELECT count(*) FROM relying_party_logouttoken") == [(1,)]


def test_the_worker_tells_the_sites_of_a_session_that_expired(lab):
    alice = signed_in_everywhere(lab)
    lab.start("worker")
    lab.manage("identity", "shell", "-c", EXPIRE)
    wait_until(lambda: known(alice) == [None, None, None], "the sites were never told")


def test_a_disabled_user_is_known_nowhere_and_may_be_let_in_again(lab):
    alice, bob = signed_in_everywhere(lab), signed_in_everywhere(lab, "bob")
    lab.start("worker")
    assert "alice is disabled" in lab.manage("identity", "disable_user", "alice")
    wait_until(lambda: known(alice) == [None, None, None], "the sites were never told")
    assert known(bob) == ["bob", "bob", "bob"]
    lab.manage("identity", "disable_user", "alice", "--undo")
    assert known(signed_in_everywhere(lab)) == ["alice", "alice", "alice"]


def test_one_thread_at_each_server_is_enough(started_before, page):
    """Though the site has to ask for Identity's keys, while Identity waits for the site, and a page of it is open."""
    lab = started_before
    prepare(lab, "identity", *SITES)
    with ExitStack() as stack:

        def start(server, stack=stack):
            stack.enter_context(serve(lab, server, threads=1)).wait(host_of(lab, server))

        start("identity")
        start("site_b")
        with ExitStack() as at_first:
            start("site_a", at_first)
            alice = signed_in_everywhere(lab)
        start("site_a")  # which has forgotten the keys that it kept
        page.goto(lab.origin("site_a"))
        sign_out_at_identity(alice)
        wait_until(lambda: known(alice) == [None, None, None], "the sites were never told")


@pytest.mark.slow
def test_fifty_sessions_of_one_person_end_by_one_click(lab):
    (carol,) = new_people(lab, ("carol", "carol"))
    browsers = [Person(lab, "carol") for _ in range(50)]
    for browser in browsers:
        browser.sign_in("site_a")
    carol.sign_in("site_a")
    lab.start("worker")
    carol.get(lab.origin("identity") + "/sessions/")
    carol.post("identity", "/sessions/end-others/")
    ended = "SELECT count(*) FROM backchannel_logout_relyingpartysession WHERE notified_at IS NOT NULL"
    wait_until(lambda: rows(lab, "identity", ended) == [(50,)], "not all were told")
    assert not any(browser.known_at("site_a") for browser in browsers)
    assert carol.known_at("site_a") == "carol"


def test_signing_in_and_out_at_once_leaves_nobody_signed_in_whom_identity_has_forgotten(lab):
    alice = signed_in_everywhere(lab)
    lab.start("worker")

    def sign_in_again_and_again(site):
        for _ in range(5):
            browser = Person(lab, "alice")
            browser.session.cookies.update(alice.session.cookies)  # the same jar, in another tab
            browser.get(f"{lab.origin(site)}/oidc/authenticate/")

    tabs = [threading.Thread(target=sign_in_again_and_again, args=(site,)) for site in SITES]
    for tab in tabs:
        tab.start()
    sign_out_at_identity(alice)
    for tab in tabs:
        tab.join()
    ended = "SELECT count(*) FROM backchannel_logout_relyingpartysession WHERE notified_at IS NULL"
    wait_until(lambda: rows(lab, "identity", ended) == [(0,)], "not all were told")
    for site in SITES:
        assert rows(lab, site, "SELECT count(*) FROM relying_party_knownsession") == [(0,)]
    assert "Traceback" not in lab.output
