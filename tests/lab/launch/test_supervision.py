"""When a process of the lab starts anew."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab import runs
from lab.launch import supervision
from tests.processes import ROOT


@pytest.fixture
def started(settings, state_without_runs, monkeypatch):
    """How often the process has started anew; nobody waits."""
    started = []
    settings.RUN = runs.begin("session_stores", "cache", {})
    monkeypatch.setattr(supervision, "start_anew", lambda: started.append(True))
    return started


def test_with_another_run(started, settings, monkeypatch):
    monkeypatch.setattr(supervision.time, "sleep", lambda seconds: runs.end())
    supervision.wait_for_another_run(settings.RUN, "site_a")
    assert started == [True]


def test_when_it_is_asked_to_in_the_same_run(started, settings, monkeypatch):
    slept = []
    monkeypatch.setattr(supervision.time, "sleep", slept.append)
    runs.ask_to_start_anew("site_a")
    supervision.wait_for_another_run(settings.RUN, "site_a")
    assert started == [True]
    assert runs.current() == settings.RUN
    assert slept[-1] >= 1  # the answer to who asked gets out first


@pytest.mark.parametrize("happens", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_when_its_database_is_deleted_or_emptied(started, settings, monkeypatch, tmp_path, happens):
    """Not when it is made."""
    database = tmp_path / "site_a.sqlite3"
    looks = [lambda path: path.write_bytes(b"made"), lambda path: path.write_bytes(b"written"), happens]
    monkeypatch.setattr(supervision.time, "sleep", lambda seconds: looks.pop(0)(database))
    supervision.wait_for_another_run(settings.RUN, "site_a", database)
    assert started == [True]
    assert looks == []
    assert runs.current() == settings.RUN


@pytest.mark.parametrize("module", ["lab.launch.command_line", "lab.launch.__main__"])
def test_what_starts_and_waits_loads_nothing_of_django(module):
    code = f"import sys, {module}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("file", ["site_a/views.py", "shared/lab/web/templates/404.html"])
def test_with_an_edit_of_what_is_read_once(started, monkeypatch, file):
    changed_then_over(monkeypatch, file)
    supervision.wait_for_an_edit()
    assert started == [True]


@pytest.mark.parametrize("file", ["shared/lab/web/static/lab.css", "site_a/__pycache__/views.cpython-311.pyc"])
def test_not_with_what_is_read_each_time_or_written_by_python(started, monkeypatch, file):
    changed_then_over(monkeypatch, file)
    supervision.wait_for_an_edit()
    assert started == []


def changed_then_over(monkeypatch, file):
    """The system notes one change in the folders that are watched, and no other."""

    def watch(*folders, watch_filter, step):
        assert any((ROOT / file).is_relative_to(folder) for folder in folders)
        if watch_filter(2, str(ROOT / file)):
            yield {(2, str(ROOT / file))}

    monkeypatch.setattr("watchfiles.watch", watch)
