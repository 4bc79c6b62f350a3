"""What the real servers write into the journal they share."""

import html
import json
import os
import re
import sqlite3
import time
from base64 import urlsafe_b64encode
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.browser.browsing import Browsing
from tests.browser.person import Person, new_people, resolve_to_loopback
from tests.processes import WAIT_TIMEOUT

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery staple 17"


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")


def entries(lab):
    with sqlite3.connect(lab.state / "var" / "journal.sqlite3") as journal:
        journal.row_factory = sqlite3.Row
        rows = journal.execute("SELECT * FROM journal_entry ORDER BY id").fetchall()
    return [{"channel": "back", **dict(row), **json.loads(row["content"])} for row in rows]


def test_a_first_sign_in_is_one_journey_of_one_visitor_front_and_back(lab):
    alice = Person(lab, "alice")
    alice.sign_in("site_a")
    recorded = [entry for entry in entries(lab) if entry["journey"]]
    steps = [(entry["server"], entry["channel"], entry["method"], entry["path"]) for entry in recorded]
    assert sorted(steps) == sorted(
        [
            ("site_a", "front", "GET", "/oidc/authenticate/"),
            ("identity", "front", "GET", "/identity/o/authorize"),
            ("identity", "front", "GET", "/accounts/login/"),
            ("identity", "front", "POST", "/accounts/login/"),
            ("identity", "front", "GET", "/identity/o/authorize"),
            ("identity", "back", "POST", "/identity/o/api/token"),
            ("identity", "back", "GET", "/.well-known/jwks.json"),
            ("identity", "back", "GET", "/identity/o/api/userinfo"),
            ("site_a", "back", "POST", "/identity/o/api/token"),  # the same three, as the caller saw them
            ("site_a", "back", "GET", "/.well-known/jwks.json"),
            ("site_a", "back", "GET", "/identity/o/api/userinfo"),
            ("site_a", "front", "GET", "/oidc/callback/"),
        ]
    )
    assert len({entry["journey"] for entry in recorded}) == 1
    assert len({entry["visitor"] for entry in recorded}) == 1
    assert all(not entry.get("cookies") for entry in recorded if entry["channel"] == "back")


def test_two_jars_are_two_visitors_and_the_second_site_is_the_same_one(lab):
    alice, bob = Person(lab, "alice"), Person(lab, "bob")
    for person in (alice, bob):
        person.sign_in("site_a")
        person.sign_in("site_b")
        person.known_at("site_a")
    visitors = {entry["visitor"] for entry in entries(lab) if entry["visitor"]}
    assert len(visitors) == 2
    for visitor in visitors:
        users = {entry["user"]["name"] for entry in entries(lab) if entry["visitor"] == visitor and entry.get("user")}
        assert len(users - {""}) == 1


def test_a_private_window_of_the_same_browser_is_a_second_visitor(lab, browser):
    windows = [Browsing(browser.new_context().new_page(), lab) for _ in range(2)]
    for window, name in zip(windows, ("alice", "bob"), strict=True):
        window.sign_in_at("site_a", name)
        window.visit("site_b", "/orders/")
        window.expect_known_as(name)
    names = defaultdict(set)
    for entry in entries(lab):
        if entry.get("user") and entry["user"]["id"]:
            names[entry["visitor"]].add(entry["user"]["name"])
    assert sorted(names.values()) == [{"alice"}, {"bob"}]


@pytest.mark.slow
def test_eight_people_at_once_and_no_exchange_is_attributed_to_the_wrong_one(lab):
    people = new_people(lab, *[(f"person{n}", f"person{n}") for n in range(8)])
    end = time.monotonic() + 20

    def live(person):
        person.session.headers["User-Agent"] = person.name
        rounds = 0
        while time.monotonic() < end:
            for site in ("site_a", "site_b"):
                person.sign_in(site)
                assert person.known_at(site) == person.name
            person.post("site_a", "/values/own/", name="mine", value=person.name)
            person.post("site_b", "/cart/add/", item="ink")
            assert f">{person.name}<" in person.get(f"{lab.origin('site_a')}/values/").text
            for site in ("site_a", "site_b"):
                person.post(site, "/oidc/logout/")
            rounds += 1
        return rounds

    with ThreadPoolExecutor(len(people)) as pool:
        assert min(pool.map(live, people)) > 0
    visitor_of = {}
    recorded = entries(lab)
    for entry in recorded:
        browser = entry.get("headers", {}).get("User-Agent", "")
        if browser.startswith("person") and entry["visitor"]:
            visitor_of.setdefault(browser, entry["visitor"])
            assert entry["visitor"] == visitor_of[browser], entry
            if entry["user"] and entry["user"]["id"]:
                assert entry["user"]["name"] == browser, entry
    assert len(set(visitor_of.values())) == 8
    journeys = defaultdict(set)
    for entry in recorded:
        if entry["journey"]:
            journeys[entry["journey"]].add(entry["visitor"])
    assert len(journeys) > 16
    assert all(len(visitors) == 1 for visitors in journeys.values())


def test_no_secret_that_occurred_is_in_the_journal_or_in_a_log_or_shown_by_the_inspector(watched_lab):
    lab = watched_lab
    (carol,) = new_people(lab, ("carol", PASSWORD))
    secrets = {PASSWORD}

    def note_cookies():
        secrets.update(cookie.value for cookie in carol.session.cookies if cookie.value)

    for site in ("site_a", "site_b"):
        callback = carol.go_to_callback(site)
        query = parse_qs(urlsplit(callback).query)
        secrets |= {query["code"][0], query["state"][0]}
        note_cookies()
        carol.get(callback)
        note_cookies()
        carol.known_at(site)
    carol.post("site_a", "/values/language/", language="fr")
    carol.post("site_a", "/values/new-key/")
    note_cookies()
    carol.post("site_b", "/cart/add/", item="ink")
    for server in ("identity", "site_a", "site_b"):
        page = carol.post(server, "/session/reveal/").text
        assert carol.session_key(server) in page
        secrets |= set(re.findall(r'"([0-9a-f]{64})"', html.unescape(page)))  # _auth_user_hash
    for site in ("site_a", "site_b"):
        carol.post(site, "/oidc/logout/")
    carol.post("identity", "/accounts/logout/")
    note_cookies()
    secrets |= tokens_of_a_client(lab, carol)
    secrets |= {path.read_text().strip() for path in (lab.state / "var" / "secrets").iterdir()}
    assert len(secrets) > 25
    kept = b"".join(path.read_bytes() for path in (lab.state / "var").glob("journal.sqlite3*"))
    assert b"/oidc/callback/" in kept
    shown = everything_shown(lab)
    assert shown.count("/oidc/callback/") > 10
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in lab.output
        assert secret not in shown


def everything_shown(lab):
    """Every page of the inspector, of every visitor and exchange, its exports, and what its stream says first."""
    inspector = lab.origin("inspector")
    visitors = {entry["visitor"] for entry in entries(lab)}
    paths = [
        "/",
        "/ladder/",
        "/visitors/",
        "/first-steps/",
        "/export/",
        "/start-over/",
        "/journal.json",
        "/journal.har",
    ]
    paths += [f"{path}?visitor={visitor}" for path in ("/", "/ladder/", "/journal.har") for visitor in visitors]
    paths += [f"/exchange/{entry['id']}/" for entry in entries(lab)]
    pages = []
    for path in paths:
        answer = requests.get(inspector + path, timeout=60)
        assert answer.status_code == 200, path
        pages.append(answer.text)
    exported = requests.get(f"{inspector}/journal.json", timeout=60).json()["entries"]
    assert len(exported) == len(entries(lab))  # each is of the form that the inspector expects
    with requests.get(f"{inspector}/stream/", stream=True, timeout=60) as stream:
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)  # larger ones would wait until they are full
        pages.append(next(line for line in lines if line.startswith("id: ")))
    return html.unescape("\n".join(pages))


def tokens_of_a_client(lab, person):
    """Redeem a code as site A does, and tell all that came and went: no browser sees these tokens."""
    site, verifier = lab.origin("site_a"), "v3rifierOfThisVeryTest" * 3
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": "site-a",
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": f"{site}/oidc/callback/",
    }
    asked |= {"state": "st4teOfThisVeryTest", "nonce": "n0nceOfThisVeryTest"}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    address = f"{lab.origin('identity')}/identity/o/authorize?{urlencode(asked)}"
    code = parse_qs(urlsplit(person.go_from(address)).query)["code"][0]
    client_secret = (lab.state / "var" / "secrets" / "site_a.client_secret").read_text()
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "client_id": "site-a"}
    form |= {"client_secret": client_secret, "redirect_uri": f"{site}/oidc/callback/"}
    endpoint = f"{lab.origin('identity')}/identity/o/api"
    tokens = requests.post(f"{endpoint}/token", data=form, timeout=60).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert requests.get(f"{endpoint}/userinfo", headers=headers, timeout=60).status_code == 200
    return {code, verifier, challenge, client_secret, asked["state"], asked["nonce"]} | {
        tokens["access_token"], tokens["id_token"], *tokens["id_token"].split(".")
    }  # fmt: skip


def test_a_locked_journal_leaves_the_servers_as_they_are_and_is_one_warning_each(lab):
    alice = Person(lab, "alice")

    def warnings() -> list[int]:
        logs = [(lab.state / f"{server}.log").read_text() for server in ("identity", "site_a", "site_b")]
        return [log.count("The journal cannot be written") for log in logs]

    with closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")  # locked by somebody else
        deadline = time.monotonic() + WAIT_TIMEOUT
        while not all(warnings()):
            assert time.monotonic() < deadline
            assert alice.sign_in("site_a").status_code == 200
            assert alice.sign_in("site_b").status_code == 200
        for site in ("site_a", "site_b"):
            alice.sign_in(site)
    assert warnings() == [1, 1, 1]
    assert "Traceback" not in lab.output
    before = len(entries(lab))
    for _ in range(20):  # each writes a few of those that had to wait
        alice.known_at("site_a")
    assert len(entries(lab)) > before + 20


def inspector_shows_alice(lab):
    """Perhaps after one page that says that the journal cannot be read."""
    pages = [requests.get(lab.origin("inspector") + "/visitors/", timeout=60).text for _ in range(2)]
    return "alice" in pages[1]


def everything(folder):
    for file in folder.glob("journal.sqlite3*"):
        file.unlink()


def the_file_alone(folder):
    (folder / "journal.sqlite3").unlink()


def the_rest_of_it(folder):
    for file in folder.glob("journal.sqlite3-*"):
        file.unlink()


def what_is_in_it(folder):
    (folder / "journal.sqlite3").write_bytes(b"")


def a_page_of_it(folder):
    """In the middle: what does not ask for it goes on."""
    with open(folder / "journal.sqlite3", "r+b") as file:
        file.seek(4096 * (file.seek(0, os.SEEK_END) // 4096 // 2))
        file.write(b"no page" * 600)


def all_but_its_head(folder):
    with open(folder / "journal.sqlite3", "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(4096)
        file.write(b"x" * (size - 4096))


DAMAGE = [everything, the_file_alone, the_rest_of_it, what_is_in_it, a_page_of_it, all_but_its_head]


@pytest.mark.parametrize("remove", DAMAGE)
def test_a_journal_that_is_damaged_while_the_lab_runs_is_made_anew(lab, remove):
    lab.start("inspector")
    alice = Person(lab, "alice")
    alice.sign_in("site_a")
    alice.sign_in("site_b")
    remove(lab.state / "var")

    def is_recorded():
        """Whether a page of each site is in the journal a moment after it was looked at."""
        for site in ("site_a", "site_b"):
            assert alice.known_at(site) == "alice"
        try:
            seen = [entry["server"] for entry in entries(lab)[-4:] if entry.get("path") == "/"]
        except sqlite3.DatabaseError:
            return False
        return {"site_a", "site_b"} <= set(seen)

    deadline = time.monotonic() + 30
    while not is_recorded():
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.1)
    assert "Traceback" not in lab.output
    assert inspector_shows_alice(lab)
    lab.stop()
    lab.start()  # on the journal that was made anew
    assert alice.known_at("site_a") == "alice"


def test_a_journal_that_is_no_database_is_put_aside_and_the_lab_starts(cold_lab):
    (cold_lab.state / "var").mkdir(mode=0o700)
    (cold_lab.state / "var" / "journal.sqlite3").write_bytes(b"no database" * 1000)
    cold_lab.start()
    alice = Person(cold_lab, "alice")
    alice.sign_in("site_a")
    assert entries(cold_lab)
    assert (cold_lab.state / "var" / "journal.unreadable").read_bytes().startswith(b"no database")


def test_with_the_recorder_off_nothing_is_recorded(cold_lab):
    cold_lab.settings = {"LAB_RECORDER": "off"}
    cold_lab.start()
    alice = Person(cold_lab, "alice")
    alice.sign_in("site_a")
    assert alice.known_at("site_a") == "alice"
    assert entries(cold_lab) == []
