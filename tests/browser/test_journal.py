"""What the real servers write into the journal they share."""

import json
import sqlite3
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.person import Person, resolve_to_loopback

PASSWORD = "correct horse battery staple 17"
MAKE_CAROL = f"""
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
carol = User.objects.create_user("carol", password="{PASSWORD}", first_name="carol")
EmailAddress.objects.create(user=carol, email="carol@example.org", verified=True, primary=True)
"""


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")


def entries(lab):
    with sqlite3.connect(lab.state / "var" / "journal.sqlite3") as journal:
        journal.row_factory = sqlite3.Row
        rows = journal.execute("SELECT * FROM journal_entry ORDER BY id").fetchall()
    return [{**dict(row), **json.loads(row["content"])} for row in rows]


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
    assert all(entry["cookies"] == [] for entry in recorded if entry["channel"] == "back")


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


def test_no_secret_that_occurred_is_in_the_journal_or_in_a_log(lab):
    lab.manage("identity", "shell", "-c", MAKE_CAROL)
    carol = Person(lab, "carol", PASSWORD)
    secrets = {PASSWORD}
    for site in ("site_a", "site_b"):
        callback = carol.go_to_callback(site)
        query = parse_qs(urlsplit(callback).query)
        secrets |= {query["code"][0], query["state"][0]}
        secrets |= {cookie.value for cookie in carol.session.cookies}
        carol.get(callback)
        secrets |= {cookie.value for cookie in carol.session.cookies}
        carol.known_at(site)
    secrets |= {path.read_text().strip() for path in (lab.state / "var" / "secrets").iterdir()}
    assert len(secrets) > 15
    kept = b"".join(path.read_bytes() for path in (lab.state / "var").glob("journal.sqlite3*"))
    assert b"/oidc/callback/" in kept
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in lab.output


def test_a_journal_that_cannot_be_written_leaves_the_servers_as_they_are(lab):
    path = lab.state / "var" / "journal.sqlite3"
    alice, bob = Person(lab, "alice"), Person(lab, "bob")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")  # locked by somebody else
    alice.sign_in("site_a")
    assert alice.known_at("site_a") == "alice"
    holder.close()
    for file in path.parent.glob("journal.sqlite3*"):  # deleted while it is running
        file.unlink()
    bob.sign_in("site_b")
    assert bob.known_at("site_b") == "bob"
    assert "Traceback" not in lab.output
    for server in ("identity", "site_a", "site_b"):
        warnings = (lab.state / f"{server}.log").read_text().count("The journal cannot be written")
        assert warnings <= 2


def test_with_the_recorder_off_nothing_is_recorded(cold_lab):
    cold_lab.settings = {"LAB_RECORDER": "off"}
    cold_lab.start()
    alice = Person(cold_lab, "alice")
    alice.sign_in("site_a")
    assert alice.known_at("site_a") == "alice"
    assert entries(cold_lab) == []
