"""What honcho has started ends with it, also where nothing can be printed."""

import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psutil

from lab.state import ROOT

STARTED = """
import sys
from lab.launch.honcho_processes import EndingManager
manager = EndingManager()
manager.add_process("one", "echo here; exec sleep 60")
manager.loop()
sys.exit(manager.returncode)
"""
ENDED_BY_SIGTERM = 143


@contextmanager
def honcho(output):
    """It and what it has started, once that runs; all are killed afterwards."""
    process = subprocess.Popen([sys.executable, "-u", "-c", STARTED], cwd=ROOT, stdout=output)
    deadline = time.monotonic() + 60
    started = []
    try:
        while "sleep" not in [one.name() for one in started]:
            assert time.monotonic() < deadline, started
            time.sleep(0.01)
            started = psutil.Process(process.pid).children(recursive=True)
        yield process, started
    finally:
        process.kill()
        for one in started:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def test_on_a_full_disk_it_goes_on_until_it_is_told_to_end():
    with open("/dev/full", "wb") as full, honcho(full) as (process, started):
        process.terminate()
        assert process.wait(timeout=20) == ENDED_BY_SIGTERM
        assert not [one for one in started if one.is_running()]
