"""When a process of the lab ends, and when it starts anew."""

import subprocess
import sys
from pathlib import Path

import pytest
import watchfiles
from watchfiles._rust_notify import WatchfilesRustInternalError

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
    supervision.wait_for_another_run(supervision.start_anew, settings.RUN, "site_a")
    assert started == [True]


def test_when_it_is_asked_to_in_the_same_run(started, settings, monkeypatch):
    slept = []
    monkeypatch.setattr(supervision.time, "sleep", slept.append)
    runs.ask_to_start_anew("site_a")
    supervision.wait_for_another_run(supervision.start_anew, settings.RUN, "site_a")
    assert started == [True]
    assert runs.current() == settings.RUN
    assert slept[-1] >= 1  # the answer to who asked gets out first


def test_a_request_that_cannot_be_taken_away_is_none(started, settings, monkeypatch):
    (runs.folder_of(settings.RUN) / "site_a.anew").mkdir()
    happens = iter([lambda: None, runs.end])
    monkeypatch.setattr(supervision.time, "sleep", lambda seconds: next(happens)())
    supervision.wait_for_another_run(supervision.start_anew, settings.RUN, "site_a")
    assert started == [True]
    assert runs.current().is_usual


@pytest.mark.parametrize("happens", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_when_its_database_is_deleted_or_emptied(started, settings, monkeypatch, tmp_path, happens):
    """Not when it is made."""
    database = tmp_path / "site_a.sqlite3"
    looks = [lambda path: path.write_bytes(b"made"), lambda path: path.write_bytes(b"written"), happens]
    monkeypatch.setattr(supervision.time, "sleep", lambda seconds: looks.pop(0)(database))
    supervision.wait_for_another_run(supervision.start_anew, settings.RUN, "site_a", database)
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

    def watch(*folders, watch_filter, step, force_polling=None):
        assert any((ROOT / file).is_relative_to(folder) for folder in folders)
        if watch_filter(2, str(ROOT / file)):
            yield {(2, str(ROOT / file))}

    monkeypatch.setattr("watchfiles.watch", watch)


@pytest.mark.parametrize(
    "error",
    [
        WatchfilesRustInternalError("Error creating recommended watcher: Too many open files (os error 24)"),
        OSError("OS file watch limit reached."),
    ],
)
def test_where_the_system_watches_no_more_files_it_looks_for_edits_by_itself_and_says_so(
    started, monkeypatch, capsys, error
):
    changed_then_over(monkeypatch, "site_a/views.py")
    by_polling = watchfiles.watch

    def watch(*folders, force_polling=None, **options):
        if not force_polling:
            raise error
        return by_polling(*folders, **options)

    monkeypatch.setattr("watchfiles.watch", watch)
    supervision.wait_for_an_edit()
    assert started == [True]
    (line,) = capsys.readouterr().out.splitlines()
    assert line == f"This server looks for edits by itself, as the system watches no more files: {error}"


# What honcho starts: once honcho is gone, it starts anew. It says how it ends, within 20 seconds.
STARTED = """
import os, signal, sys, time
from lab.launch.supervision import end_with_honcho, start_anew
honcho = int(os.environ["HONCHO"])
if os.getppid() == honcho:
    print("started", flush=True)
    while os.getppid() == honcho:
        time.sleep(0.01)
    start_anew()
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("ended with honcho"))
signal.alarm(20)
end_with_honcho()
signal.pause()
"""
HONCHO = """
import os, subprocess, sys
environment = {**os.environ, "HONCHO_PROCESS_NAME": "site_a", "HONCHO": str(os.getpid())}
started = subprocess.Popen(
    [sys.executable, "-c", sys.argv[1]], env=environment, stdout=subprocess.PIPE, start_new_session=True
)
started.stdout.readline()
os._exit(0)
"""


BEFORE = """
import os, subprocess, sys
has_started_anew = "LAB_STARTED_BY" in os.environ
from lab.launch import supervision
supervision.wait_for_helpers()
if has_started_anew:
    print("started anew")
else:
    slow = "import time; input(); time.sleep(0.2); print('ended', flush=True)"
    program = subprocess.Popen([sys.executable, "-c", slow], stdin=subprocess.PIPE)
    program.stdin.write(b"end\\n")
    program.stdin.flush()
    supervision.start_anew()
"""


def test_one_that_started_anew_waits_until_what_it_had_started_before_has_ended():
    done = subprocess.run([sys.executable, "-c", BEFORE], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60)
    assert done.stdout == "ended\nstarted anew\n"


def test_a_process_ends_with_honcho_also_where_that_is_gone_while_it_starts_anew():
    command = [sys.executable, "-c", HONCHO, STARTED]
    # Until all that could still write to it have ended.
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=60, check=True)
    assert done.stderr == "ended with honcho\n"
