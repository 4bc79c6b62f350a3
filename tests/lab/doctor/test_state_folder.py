"""What can be amiss with the state folder, its databases and its times."""

import os
import shlex
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from lab.doctor import state_folder
from lab.doctor.checks import findings_of
from tests.lab.doctor.examined import examine, found_by

TOMORROW = 24 * 60 * 60


def write_journal(lab, at):
    with closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3")) as journal, journal:
        journal.execute("CREATE TABLE journal_entry (id integer PRIMARY KEY, at datetime)")
        journal.execute("INSERT INTO journal_entry (at) VALUES (?)", [at])


def test_a_file_in_the_place_of_the_folder_is_found_and_the_other_checks_go_on(cold_lab):
    (cold_lab.state / "var").write_text("a file")
    (finding,) = found_by("state folder", cold_lab)
    assert finding["what"] == f"You cannot read and write in the state folder {cold_lab.state / 'var'}."
    assert finding["mend"].startswith("LAB_STATE=")
    done = examine(cold_lab)
    assert (done.returncode, done.stderr) == (1, "")
    assert "ok     ports" in done.stdout
    assert "ok     issuer" in done.stdout


def test_what_cannot_be_read_is_said_to_be_unchecked():
    def check():
        raise PermissionError(13, "Permission denied", "secrets")
        yield

    (finding,) = findings_of(check)
    assert finding.what == "This cannot be checked: [Errno 13] Permission denied: 'secrets'."


def test_databases_that_others_can_read_are_found(started_before):
    folder = started_before.state / "var"
    folder.chmod(0o755)
    assert found_by("state folder", started_before) == []  # they can see it, and read nothing in it
    (folder / "identity.sqlite3").chmod(0o644)
    (finding,) = found_by("state folder", started_before)
    assert finding["what"].startswith("Others on this machine can read databases")
    subprocess.run(finding["mend"], shell=True, check=True)
    assert found_by("state folder", started_before) == []


@pytest.mark.parametrize("name", ["site_a", "identity", "journal"])
def test_a_database_that_is_none_is_found(started_before, name):
    path = started_before.state / "var" / f"{name}.sqlite3"
    path.write_bytes(b"no database at all, but longer than a header of SQLite" * 100)
    (finding,) = found_by("databases", started_before)
    assert finding["what"] == f"The database {path} is damaged: file is not a database."
    assert finding["mend"] == f"rm {path}* && LAB_STATE={started_before.state / 'var'} make run"


def test_a_damaged_page_of_a_database_is_found(started_before):
    path = started_before.state / "var" / "site_b.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    (finding,) = found_by("databases", started_before)
    assert f"The database {path} is damaged: " in finding["what"]


def test_without_a_damaged_database_the_next_start_makes_one(started_before):
    for path in (started_before.state / "var").glob("site_b.sqlite3*"):
        path.unlink()
    started_before.start("site_b")
    assert (started_before.state / "var" / "site_b.sqlite3").exists()
    assert found_by("databases", started_before) == []


def test_a_database_of_somebody_else_is_found(monkeypatch, tmp_path):
    """The rights of the one who runs the tests may be those of root, who may write everywhere."""
    sqlite3.connect(tmp_path / "it's.sqlite3").close()
    (tmp_path / "it's.sqlite3").touch()
    monkeypatch.setattr(state_folder, "STATE", tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: path.suffix != ".sqlite3")
    (finding,) = state_folder.check_databases()
    assert finding.what == f"You cannot read and write the database {tmp_path / 'it'}'s.sqlite3."
    assert shlex.split(finding.mend)[-1] == str(tmp_path / "it's.sqlite3")


def test_a_file_from_the_future_is_found(started_before):
    path = started_before.state / "var" / "site_a.sqlite3"
    os.utime(path, (time.time() + TOMORROW, time.time() + TOMORROW))
    (finding,) = found_by("clock", started_before)
    assert finding["what"] == f"The file {path} is from the future."


@pytest.mark.parametrize(
    ("at", "whats"),
    [
        ("2026-01-01 10:00:00.123456", []),
        ("2226-01-01 10:00:00.123456", ["The newest entry of the journal is from the future."]),
    ],
)
def test_an_entry_from_the_future_is_found(started_before, at, whats):
    write_journal(started_before, at)
    assert [finding["what"] for finding in found_by("clock", started_before)] == whats
