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

from tests.processes import Lab

PROCESSES = ("identity", "site_a", "site_b", "inspector", "worker")
PAUSE = 5  # seconds from one fault to the next
LOCKED = {"identity": 25, "site_a": 8}  # seconds, by whose database it is
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
