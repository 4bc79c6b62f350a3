"""What is done to a lab while people use it: each process is killed in turn, and somebody else locks a database."""

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from tests.processes import Lab
from tests.scale import master_of, processes_of

PROCESSES = ("identity", "site_a", "site_b", "inspector", "worker")
PAUSE = 5  # seconds from one fault to the next
LOCKED = {"identity": 25, "site_a": 8}  # seconds, by whose database it is
LOADED = 3  # seconds from the start of a process until it can serve
LOCK_TIMEOUT = 60  # seconds until the lock is had, in which all others want it, too

Act = Callable[[Lab, threading.Event], None]  # ends soon once the event is set


@dataclass(frozen=True)
class Fault:
    """``is_kill`` says whether ``server`` (or the worker) is ended by it, and with it what was under way there."""

    server: str
    is_kill: bool
    act: Act

    def __str__(self) -> str:
        return f"{self.server} killed" if self.is_kill else f"the database of {self.server} locked"


@dataclass
class Window:
    """Since when a fault was there, and until when, both of ``time.monotonic``."""

    fault: Fault
    began: float
    ended: float = float("inf")


def kill(name: str, lab: Lab, stop: threading.Event) -> None:
    """As nothing would that ends in order; and start it again."""
    lab.stop(name, how=signal.SIGKILL)
    lab.start(name)


def lock(server: str, seconds: float, lab: Lab, stop: threading.Event) -> None:
    with closing(sqlite3.connect(database_of(lab, server), timeout=LOCK_TIMEOUT, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        stop.wait(seconds)


def database_of(lab: Lab, server: str) -> Path:
    return lab.state / "var" / f"{server}.sqlite3"


FAULTS = {
    "kill": [Fault(name, True, partial(kill, name)) for name in PROCESSES],
    "lock": [Fault(server, False, partial(lock, server, seconds)) for server, seconds in LOCKED.items()],
}


def kill_one(what: str, lab: Lab, stop: threading.Event) -> None:
    """Of those that ``make scale`` has for that, the oldest; until there are as many again."""
    there = processes_of(lab, what)
    min(there, key=psutil.Process.create_time).kill()
    wait_for_as_many(lab, what, there)


def kill_master(server: str, lab: Lab, stop: threading.Event) -> None:
    there = processes_of(lab, server)
    master_of(lab, server).kill()
    wait_for_as_many(lab, server, there)


def wait_for_as_many(lab: Lab, what: str, there: list[psutil.Process]) -> None:
    """New ones, which take a moment to load what they serve."""
    while len(now := processes_of(lab, what)) < len(there) or now == there:
        time.sleep(0.05)
    time.sleep(LOADED)


SCALED = ("identity", "site_a", "site_b")
FAULTS_OF_SCALE = {
    "kill": [
        *(Fault(server, True, partial(kill_one, server)) for server in (*SCALED, *SCALED, "inspector")),
        *(Fault(server, True, partial(kill_master, server)) for server in SCALED),
        *(Fault(worker, True, partial(kill_one, worker)) for worker in ("worker_1", "worker_2")),
    ]
}


@contextmanager
def made_in_turn(faults: Iterable[Fault], lab: Lab) -> Iterator[list[Window]]:
    """Each once, while the context lasts, one after the other; when each was there."""
    windows: list[Window] = []
    stop = threading.Event()

    def make() -> None:
        for fault in faults:
            if stop.wait(PAUSE):
                return
            windows.append(window := Window(fault, time.monotonic()))
            fault.act(lab, stop)
            window.ended = time.monotonic()

    thread = threading.Thread(target=make)
    thread.start()
    try:
        yield windows
    finally:
        stop.set()
        thread.join()
