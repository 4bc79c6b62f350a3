"""``make scale``: what one process did, the other knows, and half of everything may be killed."""

import signal
import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
import requests

from tests.browser.person import Person, resolve_to_loopback
from tests.lab.doctor.examined import examine
from tests.scale import master_of, processes_of, rows, scaled

pytestmark = pytest.mark.slow

SERVERS = ("identity", "site_a", "site_b")
TIMEOUT = 30  # seconds


@pytest.fixture(scope="module")
def lab():
    with scaled() as lab:
        yield lab


@pytest.fixture(autouse=True)
def known_names(monkeypatch, lab):
    resolve_to_loopback(monkeypatch, lab.domain)


@pytest.fixture
def alice(lab):
    return Person(lab, "alice")


@contextmanager
def held(process):
    """It takes no request while this lasts."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def wait_until(is_so):
    deadline = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def both_of(lab, server):
    """The server is ready when one of them answers."""
    wait_until(lambda: len(processes_of(lab, server)) == 2)
    return processes_of(lab, server)


@pytest.mark.parametrize("server", SERVERS)
def test_a_session_made_through_one_process_is_known_to_the_other(lab, alice, server):
    one, other = both_of(lab, server)
    with held(other):
        assert alice.sign_in("site_a").status_code == 200
        assert alice.sign_in("site_b").status_code == 200
    with held(one):
        if server == "identity":
            silent = alice.get(f"{lab.origin('site_a')}/oidc/authenticate/?next=/")
            assert [one.status_code for one in silent.history] == [302, 303, 302]
        assert (alice.known_at("site_a"), alice.known_at("site_b")) == ("alice", "alice")


def test_a_code_is_redeemed_once_by_all_processes_together(lab, alice):
    callback = alice.go_to_callback("site_a")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: alice.get(callback, allow_redirects=False).status_code, range(8)))
    assert statuses.count(302) == 1, statuses


def test_of_refreshes_at_once_one_gets_tokens_from_all_processes_together(lab, alice):
    callback, verifier = "http://localhost:3000/callback", "v" * 43
    said = lab.manage("identity", "clients", "register", "--refresh", "One that refreshes", callback)
    client = tuple(line.split()[1] for line in said.splitlines())
    alice.sign_in("site_a")
    asked = {
        "client_id": client[0],
        "redirect_uri": callback,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    page = alice.get(f"{lab.origin('identity')}/identity/o/authorize", params=asked)
    page.url = page.url.partition("?")[0]  # where its form goes
    answer = alice.send_form(page, scopes="openid", action="grant")
    leads_to = answer.headers["Location"]

    def tokens(**form):
        url = f"{lab.origin('identity')}/identity/o/api/token"
        return requests.post(url, form, auth=client, verify=lab.authority, timeout=60)

    (code,) = parse_qs(urlsplit(leads_to).query)["code"]
    got = tokens(grant_type="authorization_code", code=code, redirect_uri=callback, code_verifier=verifier).json()
    with ThreadPoolExecutor(8) as pool:
        again = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
        statuses = list(pool.map(lambda _: tokens(**again).status_code, range(8)))
    assert statuses.count(200) == 1, statuses


def test_a_sign_out_through_one_process_reaches_sites_that_another_signed_in(lab, alice):
    one, other = both_of(lab, "identity")
    with held(other):
        alice.sign_in("site_a")
        alice.sign_in("site_b")
    with held(one):
        page = alice.get(f"{lab.origin('identity')}/accounts/logout/")
        assert alice.send_form(page).status_code == 302
    wait_until(lambda: not alice.known_at("site_a") and not alice.known_at("site_b"))


def test_of_two_workers_one_delivers_a_logout_token_and_the_other_finds_nothing_to_do(lab, alice):
    alice.sign_in("site_a")
    one, other = both_of(lab, "site_a")
    with held(one), held(other):  # the token is not taken at once, so that the workers have it
        page = alice.get(f"{lab.origin('identity')}/accounts/logout/")
        alice.send_form(page)
    undelivered = (
        "SELECT count(*) FROM backchannel_logout_relyingpartysession WHERE ended_at IS NOT NULL AND notified_at IS NULL"
    )
    wait_until(lambda: rows(lab, "identity", undelivered) == [(0,)])
    assert not alice.known_at("site_a")


@pytest.mark.parametrize("server", [*SERVERS, "inspector"])
def test_one_process_killed_loses_nobodys_session_and_is_started_again(lab, alice, server):
    alice.sign_in("site_a")
    alice.sign_in("site_b")
    before = {one.pid for one in processes_of(lab, server)}
    psutil.Process(min(before)).kill()
    assert (alice.known_at("site_a"), alice.known_at("site_b")) == ("alice", "alice")
    wait_until(lambda: len(found := {one.pid for one in processes_of(lab, server)}) == len(before) and found != before)


def test_what_starts_the_processes_of_a_server_may_be_killed_too(lab, alice):
    alice.sign_in("site_a")
    killed = master_of(lab, "site_a")
    killed.kill()
    wait_until(lambda: processes_of(lab, "site_a") and master_of(lab, "site_a").pid != killed.pid)
    wait_until(lambda: alice.get(f"{lab.origin('site_a')}/").status_code == 200)
    assert alice.known_at("site_a") == "alice"


@pytest.mark.parametrize("worker", ["worker_1", "worker_2"])
def test_a_worker_that_was_killed_is_started_again(lab, worker):
    (killed,) = processes_of(lab, worker)
    killed.kill()
    wait_until(lambda: [one.pid for one in processes_of(lab, worker)] not in ([], [killed.pid]))


def test_while_no_process_answers_one_is_told_when_to_come_again(lab):
    person = Person(lab, "nobody")
    master = master_of(lab, "site_b")
    with held(master.parent()):  # nobody starts it again meanwhile
        for process in (master, *processes_of(lab, "site_b")):
            process.kill()
        answer = person.get(f"{lab.origin('site_b')}/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.text == (
            "Site B is being started again. Come back in 5 seconds. What was under way may be done or not.\n"
        )
    wait_until(lambda: person.get(f"{lab.origin('site_b')}/").status_code == 200)


def test_what_a_browser_says_of_proxies_is_not_believed(lab):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    person = Person(lab, "nobody")
    answer = person.get(f"{lab.origin('site_a')}/oidc/authenticate/", headers=forged, allow_redirects=False)
    assert f"redirect_uri=https%3A%2F%2Fsite-a.localhost%3A{lab.port + 1}%2F" in answer.headers["Location"]
    person.get(f"{lab.origin('site_a')}/", headers=forged)  # with it, what waits is written
    sql = "SELECT DISTINCT content::json->>'address' FROM journal_entry WHERE kind = 'exchange' AND server = 'site_a'"
    wait_until(lambda: rows(lab, "journal", sql) == [("127.0.0.1",)])


def test_what_is_pasted_comes_through_nginx(lab):
    """nginx alone takes 3 MB, and writes what is larger than a few KB to a file until it is whole."""
    inspector = lab.origin("inspector")
    answer = requests.post(
        f"{inspector}/paste/",
        files={"file": ("x.har", '{"log": {"entries": []}, "x": "' + "x" * 4_000_000 + '"}')},
        headers={"Origin": inspector},
        verify=lab.authority,
        timeout=TIMEOUT,
    )
    assert answer.status_code == 200
    assert "This is a HAR file with 0 messages." in answer.text


def test_there_is_no_database_in_a_file(lab):
    assert list((lab.state / "var").rglob("*.sqlite3")) == []


def test_the_doctor_finds_nothing_amiss(lab):
    done = examine(lab)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
