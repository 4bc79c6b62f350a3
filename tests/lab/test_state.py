import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab import state
from lab.state import IN_USE, STATE, is_in_use, is_running, running, secret, secret_path
from session_inspector import private_file
from tests.processes import ROOT, Lab


def ask(arguments):
    folder, name = arguments
    script = f"from lab.state import secret; print(secret({name!r}), end='')"
    return subprocess.check_output(
        [sys.executable, "-c", script], cwd=ROOT, env={"LAB_STATE": folder, "PATH": ""}, text=True
    )


def test_processes_that_ask_at_the_same_instant_get_the_same_secret(tmp_path):
    with ThreadPoolExecutor(12) as pool:
        for n in range(3):
            answers = list(pool.map(ask, [(str(tmp_path / "new"), f"secret-{n}")] * 12))
            assert len(set(answers)) == 1
            assert len(answers[0]) == 64
    assert len(list((tmp_path / "new" / "secrets").iterdir())) == 3  # no draft stays behind


def test_a_secret_is_readable_by_its_owner_only_and_so_is_its_folder():
    secret("of one test")
    assert stat.S_IMODE(secret_path("of one test").stat().st_mode) == 0o600
    assert stat.S_IMODE(secret_path("of one test").parent.stat().st_mode) == 0o700


def modes_of(lab):
    """Of all that the lab has made, by its path in the state folder."""
    state = lab.state / "var"
    return {str(path.relative_to(state)): stat.S_IMODE(path.stat().st_mode) for path in state.rglob("*")}


def open_to_others(lab):
    return {name: oct(mode) for name, mode in modes_of(lab).items() if mode & 0o077}


@pytest.fixture
def generous():
    """A umask that takes nothing from anybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("generous")
@pytest.mark.parametrize("scenario", ["", "session_stores"])
def test_whatever_a_lab_makes_only_its_owner_can_read(cold_lab, scenario):
    cold_lab.settings["LAB_SCENARIO"] = scenario
    cold_lab.start("identity", "site_a")
    assert {"site_a.lock", "journal.sqlite3-wal", "secrets/site_a.secret_key"} <= modes_of(cold_lab).keys()
    assert open_to_others(cold_lab) == {}


def test_what_others_could_read_before_they_cannot_after_a_start(started_before):
    state = started_before.state / "var"
    for path in state.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (state / "notes.txt").write_text("mine")
    (state / "notes.txt").chmod(0o644)
    state.chmod(0o755)
    started_before.start("site_a")
    assert open_to_others(started_before) == {"notes.txt": "0o644"}
    assert stat.S_IMODE(state.stat().st_mode) == 0o755  # it may be a folder for more than the lab


def test_a_folder_that_is_gone_by_now_is_closed_to_others(monkeypatch):
    gone = state.folder(STATE / "runs" / "1")
    usual = os.scandir

    def scandir(path):
        if Path(path) == gone:
            raise FileNotFoundError(path)
        return usual(path)

    monkeypatch.setattr(os, "scandir", scandir)
    state.close_to_others()
    gone.rmdir()


def test_reset_removes_what_the_lab_made_and_nothing_else(tmp_path):
    lab = Lab(tmp_path)
    lab.manage("site_a", "migrate", "-v", "0")
    folder = tmp_path / "var"
    private_file.written_beside(folder / "run.json", "by one that was killed before it had its name")
    (folder / "notes.txt").write_text("mine")
    assert (folder / "site_a.sqlite3").exists()
    assert lab.run(f"{sys.executable} -m lab.reset").wait() == 0
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


KILLED = """
import os, shutil, signal
from lab import state
usual = shutil.rmtree

def rmtree(path, ignore_errors):
    if path.name == "secrets":
        os.kill(os.getpid(), signal.SIGKILL)
    usual(path, ignore_errors)

shutil.rmtree = rmtree
state.reset()
"""


def test_a_reset_that_is_killed_leaves_no_data_of_postgresql_that_cannot_be_used(tmp_path):
    lab = Lab(tmp_path)
    for name in ("postgresql", "postgresql.draft"):
        (tmp_path / "var" / name / "base").mkdir(parents=True)
    command = [sys.executable, "-c", KILLED]
    assert subprocess.run(command, env=lab.environment, cwd=lab.root, check=False).returncode == -signal.SIGKILL
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["postgresql.draft"]


def test_a_state_folder_that_cannot_be_used_is_refused_in_one_line(tmp_path):
    (tmp_path / "var").write_text("a file")
    lab = Lab(tmp_path)
    assert lab.run(f"{sys.executable} site_a/manage.py runserver").wait() == 1
    assert lab.output.splitlines()[1:] == [
        f"The state folder cannot be used (LAB_STATE): {tmp_path / 'var'}: File exists."
    ]


RUN = "from lab.state import running\nwith running('one'): print('runs', flush=True); input()"


def test_of_one_name_one_process_works_with_a_state_folder_and_the_next_is_told_in_one_line(tmp_path):
    environment = {"LAB_STATE": str(tmp_path / "var"), "PATH": ""}
    command = [sys.executable, "-c", RUN]
    options = {"cwd": ROOT, "env": environment, "text": True, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **options) as first:
        assert first.stdout.readline() == "runs\n"
        second = subprocess.run(command, **options | {"stdin": subprocess.DEVNULL}, stderr=subprocess.PIPE, check=False)
        first.communicate("\n")
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.splitlines() == [IN_USE.replace(str(STATE), str(tmp_path / "var"))]


def test_who_is_running_is_known_while_it_is():
    assert not is_running("a server")
    with running("a server"):
        assert is_running("a server")
        assert is_in_use()
    assert not is_running("a server")
    assert not is_in_use()


def test_a_command_names_the_state_folder_unless_it_is_the_default(monkeypatch, tmp_path):
    monkeypatch.setattr(state, "STATE", tmp_path / "it's here")
    assert state.in_terminal("do") == f"""LAB_STATE='{tmp_path}/it'"'"'s here' do"""
    monkeypatch.setattr(state, "STATE", state.DEFAULT)
    assert state.in_terminal("do") == "do"
