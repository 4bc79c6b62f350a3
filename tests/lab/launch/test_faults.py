"""A disk, a folder or a database that cannot be used ends a start or a command with one line, and leaves no draft."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError

from lab import runs
from lab.databases.sqlite import keep_for_later_runs
from lab.launch.faults import said_of_fault
from lab.state import STATE


def printed(lab):
    return lab.output.splitlines()[1:]  # below the name of the log


@pytest.mark.parametrize("command", ["runserver", "runserver --noreload", "migrate"])
def test_a_damaged_database_is_one_line_with_its_file_and_the_remedy(started_before, command):
    database = started_before.state / "var" / "site_a.sqlite3"
    for log in started_before.state.glob("*.log"):
        log.unlink()
    database.write_bytes(b"no database " * 1000)
    assert started_before.run(f"python site_a/manage.py {command}").wait(timeout=60) == 1
    (line,) = printed(started_before)
    assert line.startswith(f"{database}: SQLITE_NOTADB: file is not a database. ")
    assert "delete the file" in line


def test_without_room_for_a_database_the_first_start_ends_with_one_line_and_leaves_no_draft(cold_lab):
    """The limit of a file's size is what a full disk is: a write that fails in the middle."""
    unwritten = "PYTHONDONTWRITEBYTECODE=1"  # or the files of the byte code are cut, too
    assert cold_lab.run(f"ulimit -f 16 && {unwritten} exec python site_a/manage.py runserver").wait(timeout=60) == 1
    (line,) = printed(cold_lab)
    assert "There is no room left on the disk." in line
    state = cold_lab.state / "var"
    assert not [path for path in state.rglob("*") if path.name.startswith("tmp") or path.suffix == ".draft"]
    cold_lab.start("site_a")  # with more room all is well


class WithoutRoom:
    """A connection to the database of a run, on a disk that is full in the middle of a copy."""

    vendor = "sqlite"

    def __init__(self):
        self.settings_dict = {"NAME": runs.database_of(settings.SERVER.name, settings.RUN)}

    def cursor(self):
        return self

    def execute(self, sql, values):
        Path(values[0]).write_bytes(b"half")
        raise OperationalError("database or disk is full")


@pytest.mark.usefixtures("state_without_runs")
def test_a_copy_for_later_runs_that_finds_no_room_leaves_no_draft():
    with pytest.raises(OperationalError):
        keep_for_later_runs(WithoutRoom(), settings.SERVER.name, settings.RUN)
    assert list(runs.fresh_database("").parent.iterdir()) == []


def test_only_what_is_no_mistake_in_the_code_is_said_in_one_line():
    folder = "The state folder cannot be used (LAB_STATE): "
    full, elsewhere = OSError(errno.ENOSPC, "No space left on device"), PermissionError(13, "Permission denied", "/etc")
    inside = PermissionError(13, "Permission denied", str(STATE / "site_a.lock"))
    assert said_of_fault(full) == f"{folder}{STATE}: No space left on device."
    assert said_of_fault(inside) == f"{folder}{STATE}/site_a.lock: Permission denied."
    assert said_of_fault(elsewhere) == ""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in ("SELECT", "SELECT * FROM nowhere"):  # before the first start, there are no tables either
            with pytest.raises(sqlite3.OperationalError) as raised:
                database.execute(statement)
            assert said_of_fault(raised.value) == ""
