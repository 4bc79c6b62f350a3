"""What ``make scale`` says before it starts, and what it does with a process that was killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from lab import programs
from lab.launch.ports import addresses_of
from lab.scale import nginx
from lab.scale.missing import said_of_missing
from lab.servers import INSPECTOR, SERVERS
from lab.state import ROOT
from tests.postgresql import ACCOUNT
from tests.processes import WAIT_TIMEOUT, Lab


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine that has neither program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "SYSTEM", str(tmp_path))
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    return tmp_path


def program(folder, name):
    (folder / name).touch(mode=0o755)


def test_one_line_says_what_is_missing_and_how_to_get_it(nowhere):
    assert said_of_missing() == (
        "make scale needs nginx and postgresql, not found here. On Debian: apt-get install nginx postgresql"
    )
    program(nowhere, "nginx")
    assert said_of_missing() == ("make scale needs postgresql, not found here. On Debian: apt-get install postgresql")
    assert said_of_missing(without_postgresql=True) == ""
    program(nowhere, "initdb")
    assert said_of_missing() == ""


def test_a_path_that_is_too_long_for_a_socket_is_said_in_one_line(tmp_path):
    lab = Lab(tmp_path / ("x" * 100))
    code = "from lab.launch.sockets import socket_of; from lab.servers import SITE_A; socket_of(SITE_A)"
    assert lab.run(f'exec {sys.executable} -c "{code}"').wait(timeout=60) == 1
    assert lab.output.splitlines()[1:] == [
        f"The path of the state folder is too long for make scale (LAB_STATE): {lab.state}/var"
    ]


def test_data_that_cannot_be_made_are_said_in_one_line_and_leave_no_draft(tmp_path):
    """The limit of a file's size is what a full disk is: a write that fails in the middle."""
    if not programs.postgresql():
        pytest.skip("PostgreSQL is not installed")
    lab = Lab(tmp_path)
    code = "from lab.scale import postgresql; postgresql.url(); postgresql.serve()"
    command = f'ulimit -f 1 && exec {sys.executable} -B -c "{code}"'  # -B: it would cut the files of the byte code, too
    assert lab.run(command).wait(timeout=60) == 1
    (line,) = lab.output.splitlines()[1:]
    assert line.startswith(f"PostgreSQL cannot make its data in {tmp_path}/var/postgresql: ")
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"postgresql.lock", "secrets"}


# A process of honcho's, in a session of its own; the shell is its honcho.
SERVES = (
    f"{sys.executable} -c 'from lab.scale import postgresql; postgresql.url()';"
    f" HONCHO_PROCESS_NAME=postgresql setsid {sys.executable} -m lab.scale.postgresql & wait"
)


@pytest.fixture
def lab_with_postgresql():
    """What serves PostgreSQL can be killed with its processes; all of them have ended afterwards."""
    if not (programs.postgresql() and shutil.which("setsid")):
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="lab-scale-"))
    folder.chmod(0o711)  # as root, PostgreSQL runs under another account, which must be able to come to its data
    lab = Lab(folder)
    yield lab
    kill_honcho(lab)
    shutil.rmtree(folder)


def serve(lab):
    lab.processes["postgresql"] = lab.run(SERVES)
    wait_until(lab, lambda: asked(lab) == (1,))


def asked(lab):
    try:
        password = (lab.state / "var" / "secrets" / "postgresql.cluster_password").read_text()
        where = {"host": "127.0.0.1", "port": lab.port + 5, "user": "lab", "dbname": "postgres"}
        with psycopg.connect(**where, password=password) as connection:
            return connection.execute("SELECT 1").fetchone()
    except (OSError, psycopg.OperationalError):
        return None


def kill_honcho(lab):
    """And wait for the end of what it had started, as the lock tells it."""
    lab.stop(how=signal.SIGKILL)
    code = "import sys; from lab.state import is_in_use; sys.exit(is_in_use())"
    command = [sys.executable, "-c", code]
    wait_until(lab, lambda: subprocess.run(command, cwd=lab.root, env=lab.environment, check=False).returncode == 0)


def wait_until(lab, holds):
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not holds():
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)


def test_postgresql_ends_with_honcho_also_where_that_is_killed(lab_with_postgresql):
    serve(lab_with_postgresql)
    kill_honcho(lab_with_postgresql)
    assert asked(lab_with_postgresql) is None


def test_postgresql_starts_after_it_was_killed_though_another_process_has_its_number_by_now(lab_with_postgresql):
    serve(lab_with_postgresql)
    pid = lab_with_postgresql.state / "var" / "postgresql" / "postmaster.pid"
    said = pid.read_text().split("\n")
    kill_honcho(lab_with_postgresql)
    account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": ()} if os.geteuid() == 0 else {}
    another = subprocess.Popen(["sleep", "600"], **account)
    try:
        pid.write_text("\n".join([str(another.pid), *said[1:]]))
        serve(lab_with_postgresql)
    finally:
        another.kill()
        another.wait()


@pytest.mark.parametrize(("how", "lines"), [("os.kill(os.getpid(), 9)", 2), ("sys.exit(7)", 1)])
def test_what_a_signal_has_killed_runs_again_and_what_ended_does_not(tmp_path, monkeypatch, how, lines):
    """It is killed the first time only, and has heard by then what scenario was asked for."""
    monkeypatch.setenv("LAB_SCENARIO", "leaving")
    program = tmp_path / "program.py"
    program.write_text(
        "import os, pathlib, sys\n"
        "print('runs', os.environ.get('LAB_SCENARIO'), flush=True)\n"
        f"again = pathlib.Path({str(tmp_path / 'again')!r})\n"
        "if again.exists(): sys.exit(7)\n"
        "again.touch()\n"
        f"{how}\n"
    )
    command = [sys.executable, "-m", "lab.scale.kept", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 7
    assert [line for line in done.stdout.splitlines() if line.startswith("runs")] == ["runs leaving", "runs None"][
        :lines
    ]
    assert done.stdout.count("was killed by signal 9: it starts again") == lines - 1


def test_nginx_sets_what_is_said_of_a_browser_and_passes_nothing_on():
    said = nginx.configuration()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in said
    assert "proxy_set_header X-Forwarded-Proto https;" in said
    for server in (*SERVERS, INSPECTOR):
        for address in addresses_of(server):
            assert f"listen {address} ssl;" in said
    assert said.count("location = /paste/") == said.count("proxy_request_buffering off;") == 1
    assert ("user root;" in said) == (os.geteuid() == 0)
