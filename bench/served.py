"""Processes that are measured, and what they have used of the CPU and of the memory."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psutil

from tests.processes import ROOT, SERVERS, Lab

THREADS = 2  # of each server: more take turns in one process, and each has a connection with a cache of its own
SETTINGS = {"inspector": "lab.inspector.settings"}
START_TIMEOUT = 60  # seconds


class Running:
    """A process and all that it starts."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path):
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def family(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of CPU that those that still run have used so far."""
        used = 0.0
        for one in self.family:
            with suppress(OSError):  # it has ended just now
                used += time.clock_gettime(clock_of(one.pid))
        return used

    def memory(self) -> float:
        """Megabytes; what several share counts in parts (PSS)."""
        kept = 0
        for one in self.family:
            with suppress(psutil.NoSuchProcess):  # it has ended just now
                kept += one.memory_full_info().pss
        return kept / 1e6

    def stop(self) -> None:
        """Raises ``TimeoutExpired`` if it had to be killed."""
        self.process.terminate()  # each of them ends what it has started
        try:
            self.process.wait(timeout=START_TIMEOUT)
        finally:
            self.process.kill()  # if it still runs; what it has started ends when it is gone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def clock_of(pid: int) -> int:
    """The clock of what that process uses, as clock_getcpuclockid(3) of Linux makes it: psutil counts in 10 ms."""
    return (~pid << 3) | 2


class Commands:
    """What runs to its end within a round."""

    def cpu(self) -> float:
        """Seconds of CPU that all that have ended so far had used."""
        return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


class Served(Running):
    """One that answers at a port of loopback."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path, port: int):
        super().__init__(command, environment, log)
        self.log = log
        self.port = port

    def wait(self, host: str, path: str = "/static/lab.css") -> None:
        """Until it answers under that host. Raises ``TimeoutError`` after ``START_TIMEOUT`` seconds."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            try:
                with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                    connection.request("GET", path, headers={"Host": host})
                    if connection.getresponse().status == 200:
                        return
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(f"nothing answers on port {self.port}: {self.log.read_text()[-1000:]}")


def environment_of(lab: Lab) -> dict[str, str]:
    return {name: value for name, value in lab.environment.items() if name.startswith("LAB_")}


def prepare(lab: Lab, *servers: str) -> None:
    """Their databases, as ``runserver`` does before it starts."""
    for server in servers:
        lab.manage(server, "shell", "--verbosity=0", "-c", "from lab.launch.prepare import prepare; prepare()")


def serve(lab: Lab, server: str, port: int | None = None, without: str = "", threads: int = THREADS) -> Served:
    """That server of the lab under gunicorn, not yet answering; at its own port, if none is named.

    ``without`` names middleware that it does not have.
    """
    port = port or lab.port + SERVERS[server]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", str(threads)]
    # A connection waits while others have their turn: one that is closed meanwhile would count as an error.
    command += ["--keep-alive", "600", "--log-level", "warning", "lab.web.wsgi:application"]
    environment = {
        **environment_of(lab),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_SETTINGS": SETTINGS.get(server, f"{server}.settings"),
        "BENCH_WITHOUT": without,
    }
    return Served(command, environment, lab.state / f"{server}.log", port)


def host_of(lab: Lab, server: str) -> str:
    return urlsplit(lab.origin(server)).netloc
