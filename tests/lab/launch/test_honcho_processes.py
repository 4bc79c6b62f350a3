"""What honcho has started ends with it, also where nothing can be printed, and where it is killed at once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psutil

from lab.state import ROOT

STARTED = """
import os, sys
from lab.launch.honcho_processes import EndingManager
manager = EndingManager()
manager.add_process("one", sys.argv[1], env={**os.environ, "HONCHO_PROCESS_NAME": "one"})
manager.loop()
sys.exit(manager.returncode)
"""
ENDED_BY_SIGTERM = 143
# One that has not yet read anything of the lab when honcho is killed with all processes of its group.
LATE = """
import os, pathlib, signal, sys, time
started_by = os.getppid()
pathlib.Path(sys.argv[1]).touch()
while os.getppid() == started_by:
    time.sleep(0.01)
from lab.launch.supervision import end_with_honcho
end_with_honcho()
signal.alarm(60)
signal.pause()
"""


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def honcho(command, output=subprocess.DEVNULL):
    """It, with a group of its own, and what it has started; all are killed afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", STARTED, command], cwd=ROOT, stdout=output, start_new_session=True
    )
    started = []
    try:
        yield process, started
    finally:
        process.kill()
        for one in started:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def note(process, started):
    started[:] = psutil.Process(process.pid).children(recursive=True)
    return [one.name() for one in started]


def test_on_a_full_disk_it_goes_on_until_it_is_told_to_end():
    with open("/dev/full", "wb") as full, honcho("echo here; exec sleep 60", full) as (process, started):
        wait_until(lambda: "sleep" in note(process, started))
        process.terminate()
        assert process.wait(timeout=20) == ENDED_BY_SIGTERM
        assert not [one for one in started if one.is_running()]


def test_who_has_just_been_started_ends_too_where_all_of_its_group_is_killed(tmp_path):
    (tmp_path / "late.py").write_text(LATE)
    with honcho(f"exec {sys.executable} {tmp_path}/late.py {tmp_path}/started") as (process, started):
        wait_until((tmp_path / "started").exists)
        note(process, started)
        os.killpg(process.pid, signal.SIGKILL)
        _, left = psutil.wait_procs(started, timeout=20)
        assert left == []
