"""The provider as a process of the lab: it sleeps until a run wants it, and again afterwards."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from lab import runs
from lab.misbehaving import __main__ as process
from tests.processes import PROCFILE, ROOT, WAIT_TIMEOUT

MEBIBYTE = 2**20
MOST = 15 * MEBIBYTE  # what a process that only some stages need may cost
BEGIN = "from lab import runs; runs.begin('misbehaving', {mode!r}, {{}}, {mode!r})"
END = "from lab import runs; runs.end()"

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process costs in /proc")


@pytest.fixture
def asleep(cold_lab):
    """The line of the Procfile, as honcho starts it."""
    cold_lab.processes["provider"] = cold_lab.run(PROCFILE["provider"], "provider")
    return cold_lab


def python(lab, code):
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=lab.environment, check=True, timeout=60)


def answers(lab):
    with contextlib.suppress(requests.ConnectionError):
        return requests.head(f"http://127.0.0.1:{lab.port + 4}/", timeout=5).status_code == 200
    return False


def wait_until(lab, is_so):
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not is_so():
        assert lab.processes["provider"].poll() is None, lab.output
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)


def resident(lab):
    """Bytes of memory, those that it shares with other processes among them."""
    text = Path(f"/proc/{lab.processes['provider'].pid}/smaps_rollup").read_text()
    return int(re.search(r"^Rss: +(\d+) kB$", text, re.MULTILINE)[1]) * 1024


def command(lab):
    return Path(f"/proc/{lab.processes['provider'].pid}/cmdline").read_text()


@only_linux
def test_asleep_it_is_small_and_awake_it_answers_and_then_it_sleeps_and_is_small_again(asleep):
    wait_until(asleep, lambda: "lab.misbehaving" in command(asleep))
    time.sleep(1)  # it has read by then all that it imports
    pid, small = asleep.processes["provider"].pid, resident(asleep)
    assert not answers(asleep)
    assert small < MOST
    python(asleep, BEGIN.format(mode="slow"))
    wait_until(asleep, lambda: answers(asleep))
    assert f"the other provider answers at http://provider.localhost:{asleep.port + 4}, mode slow" in asleep.output
    assert resident(asleep) > MOST
    python(asleep, END)
    wait_until(asleep, lambda: not answers(asleep))
    wait_until(asleep, lambda: resident(asleep) < MOST)
    time.sleep(1)
    assert resident(asleep) < MOST
    assert asleep.processes["provider"].pid == pid


def test_another_mode_is_another_provider_at_the_same_port(asleep):
    python(asleep, BEGIN.format(mode="wrong_issuer"))
    wait_until(asleep, lambda: "mode wrong_issuer" in asleep.output)
    python(asleep, BEGIN.format(mode="expired"))
    wait_until(asleep, lambda: "mode expired" in asleep.output)
    wait_until(asleep, lambda: answers(asleep))


def test_a_port_that_somebody_has_taken_meanwhile_is_said_in_one_line_and_ends_nothing(asleep):
    with socket.create_server(("127.0.0.1", asleep.port + 4)):
        python(asleep, BEGIN.format(mode="slow"))
        wait_until(asleep, lambda: f"Port {asleep.port + 4} is in use." in asleep.output)
    assert "Traceback" not in asleep.output
    python(asleep, BEGIN.format(mode="slow"))
    wait_until(asleep, lambda: answers(asleep))


def test_a_mode_of_another_version_of_the_lab_ends_nothing(asleep):
    python(asleep, BEGIN.format(mode="no_such_mode"))
    time.sleep(1.5)
    assert asleep.processes["provider"].poll() is None
    assert not answers(asleep)
    python(asleep, BEGIN.format(mode="slow"))
    wait_until(asleep, lambda: answers(asleep))
    assert "Traceback" not in asleep.output


def test_asleep_it_ends_with_what_started_it(cold_lab):
    started = cold_lab.run(f"{sys.executable} -m lab.misbehaving & echo $!; sleep 1", "provider")
    assert started.wait(timeout=WAIT_TIMEOUT) == 0
    pid = int(cold_lab.output.split()[-1])
    deadline = time.monotonic() + WAIT_TIMEOUT
    while Path(f"/proc/{pid}").exists() and "Z" not in state_of(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def state_of(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"


@pytest.mark.parametrize(
    ("text", "is_wanted"),
    [
        ('{"provider": "slow"}', True),
        ('{"provider": ""}', False),
        ("{}", False),
        ("", False),
        ("[]", False),
        ("null", False),
    ],
)
def test_it_wakes_where_the_file_of_the_run_names_a_mode(state_without_runs, monkeypatch, text, is_wanted):
    monkeypatch.setattr(process, "RUN", str(runs.path()))
    assert not process.is_wanted()
    runs.path().write_text(text)
    assert process.is_wanted() is is_wanted


@pytest.mark.parametrize("state", ["", "somewhere"])
def test_it_looks_for_that_file_where_the_lab_has_it(tmp_path, state):
    """It does not import the module that knows it."""
    code = "from lab import runs; from lab.misbehaving import __main__ as one; import os\n"
    code += "print(runs.path(), os.path.realpath(one.RUN))"
    environment = {**os.environ, "LAB_STATE": state and str(tmp_path / state)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    known, looked_for = done.stdout.split()
    assert known == looked_for
