"""What is measured has ended afterwards, whatever happened."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from bench import run, served
from bench.served import Running
from tests.processes import ROOT, WAIT_TIMEOUT, Lab

QUIET = "import signal; signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """One whose process never says that it is ready; ``processes`` are those that were started."""
    lab, processes = Lab(tmp_path), []

    def running(command, environment, log):
        processes.append(Running([sys.executable, "-c", QUIET], environment, log))
        return processes[-1]

    monkeypatch.setattr(run, "Running", running)
    yield SimpleNamespace(lab=lab, processes=processes)
    for one in processes:
        one.process.kill()


@pytest.mark.parametrize("happens", [KeyboardInterrupt, MemoryError])
def test_a_lab_that_is_interrupted_while_it_starts(lab, monkeypatch, happens):
    def interrupted(seconds):
        raise happens

    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=time.monotonic, sleep=interrupted))
    with pytest.raises(happens), run.started(lab.lab):
        pass
    (one,) = lab.processes
    assert one.process.returncode == -signal.SIGTERM


def test_a_lab_that_never_is_ready(lab, monkeypatch):
    monkeypatch.setattr(run, "START_TIMEOUT", 0)
    with pytest.raises(TimeoutError), run.started(lab.lab):
        pass
    (one,) = lab.processes
    assert one.process.returncode == -signal.SIGTERM


def test_what_does_not_end_when_it_is_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr(served, "START_TIMEOUT", 0.1)
    log = tmp_path / "log"
    deaf = Running([sys.executable, "-c", DEAF], {}, log)
    while not log.read_text():
        time.sleep(0.01)
    with pytest.raises(subprocess.TimeoutExpired):
        deaf.stop()
    assert deaf.process.wait(timeout=20) == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_bench_that_is_ended_while_the_lab_starts(tmp_path, number):
    bench = subprocess.Popen(
        [sys.executable, "-m", "bench", "run"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + WAIT_TIMEOUT
    while len(family := psutil.Process(bench.pid).children(recursive=True)) < 5:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    bench.send_signal(number)
    bench.wait(timeout=WAIT_TIMEOUT)
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert list(tmp_path.iterdir()) == []
