"""Faults on purpose, at real servers: what a person reads meanwhile, and that all is well again by itself."""

import re
import time

import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.processes import WAIT_TIMEOUT

pytestmark = pytest.mark.slow

PAGE = {"Accept": "text/html"}


@pytest.fixture
def person(lab, monkeypatch):
    resolve_to_loopback(monkeypatch, lab.domain)
    return Person(lab, "alice")


def count(person):
    """What the session has counted so far."""
    page = person.get(f"{person.lab.origin('site_a')}/stateless/plain/", headers=PAGE)
    assert page.status_code == 200, page.text
    return int(re.search(r"in the session: (\d+)", page.text)[1])


def wait_for_start(lab, server, starts):
    """Until it has started that often."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while lab.output.count(f"answers at {lab.origin(server)}") < starts:
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)


@pytest.mark.parametrize("server", ["site_a", "identity"])
def test_a_database_deleted_while_its_server_runs_is_made_anew(lab, person, server):
    person.sign_in("site_a")
    for file in (lab.state / "var").glob(f"{server}.sqlite3*"):
        file.unlink()
    wait_for_start(lab, server, starts=2)
    assert count(Person(lab, "alice")) == 1
    assert Person(lab, "bob").sign_in("site_a").status_code == 200
    assert "Traceback" not in lab.output


def test_a_damaged_database_is_said_to_be_that_until_it_is_deleted(lab, person):
    assert count(person) == 1
    database = lab.state / "var" / "site_a.sqlite3"
    lab.stop("site_a")  # what stands in its log is in the file now
    lab.start("site_a")
    database.write_bytes(b"no database " * 1000)
    page = person.get(f"{lab.origin('site_a')}/stateless/plain/", headers=PAGE)
    assert page.status_code == 503
    assert "The database of this server cannot be read." in page.text
    assert str(database) in page.text
    for file in database.parent.glob("site_a.sqlite3*"):
        file.unlink()
    wait_for_start(lab, "site_a", starts=3)
    assert count(person) == 1
    assert "Traceback" not in lab.output


def test_another_secret_key_signs_everybody_out_at_its_server_only(lab, person):
    person.sign_in("site_a")
    person.sign_in("site_b")
    lab.stop("site_a")
    (lab.state / "var" / "secrets" / "site_a.secret_key").unlink()
    lab.start("site_a")
    assert person.known_at("site_a") is None
    assert person.known_at("site_b") == "alice"
