"""A state folder of the first round goes on with the present code: ``state_of_round_one.tar.gz`` was made by it.

alice had signed in at both sites, with French as her language at site A and ink in her cart at site B. bob had signed
in at both sites and out at Identity, while site B was not there: it is still to be told. ``cookies.json`` has what
their browsers kept.
"""

import hashlib
import json
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.processes import WAIT_TIMEOUT

STATE = Path(__file__).with_name("state_of_round_one.tar.gz")
SERVERS = ("identity", "site_a", "site_b")
ROWS = {
    "identity": {"auth_user": 2, "django_session": 1, "allauth_idp_oidc_client": 2},
    "site_a": {"auth_user": 2, "django_session": 1, "relying_party_knownsession": 1, "relying_party_logouttoken": 1},
    "site_b": {"auth_user": 2, "django_session": 2, "relying_party_knownsession": 2},
    "journal": {"journal_entry": 62},
}


def ask(lab, name: str, sql: str, *values) -> list[tuple]:
    with closing(sqlite3.connect(lab.state / "var" / f"{name}.sqlite3", timeout=20)) as database, database:
        return database.execute(sql, values).fetchall()


@pytest.fixture
def old_lab(cold_lab, monkeypatch):
    """Not started yet; since the folder was made no time has passed."""
    resolve_to_loopback(monkeypatch, "localhost")
    subprocess.run(["tar", "--extract", "--file", STATE, "--directory", cold_lab.state], check=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    for server in SERVERS:
        ask(cold_lab, server, "UPDATE django_session SET expire_date = ?", str(now + timedelta(days=1)))
    due = "UPDATE identity_relyingpartysession SET ended = ?, next_try = ? WHERE next_try IS NOT NULL"
    ask(cold_lab, "identity", due, str(now), str(now))
    let_it_have_been_made_at_these_ports(cold_lab)
    return cold_lab


def let_it_have_been_made_at_these_ports(lab) -> None:
    """It was made at port 8000. A site keeps digests: of the issuer with the ``sid``, and with the ``sub``."""
    issuers = ("http://identity.localhost:8000", lab.origin("identity"))
    for sid, sub in ask(lab, "identity", "SELECT sid, subject FROM identity_relyingpartysession"):
        then, now = (digest_of(issuer, sid) for issuer in issuers)
        person_then, person_now = (f"oidc:{digest_of(issuer, sub)}" for issuer in issuers)
        for site in ("site_a", "site_b"):
            ask(lab, site, "UPDATE relying_party_knownsession SET sid = ? WHERE sid = ?", now, then)
            ask(lab, site, "UPDATE relying_party_knownsession SET person = ? WHERE person = ?", person_now, person_then)


def digest_of(issuer: str, value: str) -> str:
    return hashlib.sha256(json.dumps([issuer, value]).encode()).hexdigest()


def person_of(lab, name: str) -> Person:
    person = Person(lab, name)
    cookies = json.loads((lab.state / "var" / "cookies.json").read_text())[name]
    for cookie, value in cookies.items():
        server = next(server for server in SERVERS if cookie.startswith(server))
        host = lab.origin(server).removeprefix("http://").partition(":")[0]
        person.session.cookies.set(cookie, value, domain=host)
    return person


def test_who_was_signed_in_still_is_with_all_that_their_sessions_held(old_lab):
    old_lab.start("identity", "site_a", "site_b")
    alice = person_of(old_lab, "alice")
    assert [alice.known_at(server) for server in SERVERS] == ["alice"] * 3
    assert 'lang="fr"' in alice.get(old_lab.origin("site_a") + "/").text
    assert "Ink, black" in alice.get(old_lab.origin("site_b") + "/cart/").text
    alice.sign_in("site_a")  # with Identity's session of then
    assert alice.known_at("site_a") == "alice"
    subjects = ask(old_lab, "identity", "SELECT value FROM identity_subject ORDER BY user_id")
    assert subjects == [("1",), ("2",)]  # as the sites know them
    assert "Traceback" not in old_lab.output


def test_a_logout_token_that_was_due_is_still_sent(old_lab):
    old_lab.start("identity", "site_a", "site_b")
    bob = person_of(old_lab, "bob")
    assert bob.known_at("site_b") == "bob"
    old_lab.start("worker")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while bob.known_at("site_b"):
        assert time.monotonic() < deadline, old_lab.output
        time.sleep(0.1)
    table = "backchannel_logout_relyingpartysession"
    while ask(old_lab, "identity", f"SELECT 1 FROM {table} WHERE ended_at IS NOT NULL AND notified_at IS NULL"):
        assert time.monotonic() < deadline, old_lab.output
        time.sleep(0.1)
    assert ask(old_lab, "identity", f"SELECT count(*) FROM {table}") == [(4,)]


def test_no_row_is_lost_and_nothing_is_left_of_apps_that_are_gone(old_lab):
    old_lab.start()
    for name, tables in ROWS.items():
        for table, number in tables.items():
            assert ask(old_lab, name, f"SELECT count(*) FROM {table}")[0][0] >= number, table
    assert ask(old_lab, "journal", "SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'") == []
    for server in SERVERS:
        gone = "app = 'journal' OR app = 'identity' AND name = '0002_user'"
        assert ask(old_lab, server, f"SELECT * FROM django_migrations WHERE {gone}") == []
        gone = "app_label = 'journal' OR app_label = 'identity' AND model = 'relyingpartysession'"
        assert ask(old_lab, server, f"SELECT * FROM django_content_type WHERE {gone}") == []
        assert "No changes detected" in old_lab.manage(server, "makemigrations", "--check", "--dry-run")


def test_what_was_recorded_of_a_browser_and_what_it_does_now_are_one_visitor(old_lab):
    old_lab.start()
    alice = person_of(old_lab, "alice")
    before = ask(old_lab, "journal", "SELECT max(id) FROM journal_entry")[0][0]
    alice.known_at("site_a")
    known = "SELECT DISTINCT visitor FROM journal_entry WHERE server = 'site_a' AND id {} ? AND visitor != ''"
    (now,) = ask(old_lab, "journal", known.format(">"), before)
    assert now in ask(old_lab, "journal", known.format("<="), before)
    assert "alice" in alice.get(f"{old_lab.origin('inspector')}/?visitor={now[0]}").text


def test_a_second_start_finds_nothing_to_take_over(old_lab):
    old_lab.start("identity", "site_a")
    old_lab.stop()
    old_lab.start("identity", "site_a", "site_b")
    alice = person_of(old_lab, "alice")
    assert [alice.known_at(server) for server in SERVERS] == ["alice"] * 3
