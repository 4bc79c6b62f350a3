"""The lab as a person runs it, with all that watches files: how soon it is there, what it keeps, what it does for
nothing."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pytest

from bench.client import expect
from bench.figures import Figure, Part, Scale
from bench.served import START_TIMEOUT, Running, environment_of
from tests.browser.person import Person, resolve_to_loopback
from tests.processes import Lab

START = "the second start, the quickest of a few"
IDLE = "CPU of everything, when nobody does anything"
MEMORY = "memory of everything, after the second start"
LIMITS = {START: 1.2, IDLE: 1.0, MEMORY: 280}
STARTS = 3
SETTLED = 5  # seconds after the start, and after the last request


@contextmanager
def started(lab: Lab) -> Iterator[tuple[Running, float]]:
    """The lab, which has ended afterwards, and the seconds until it says that it is ready. Raises ``TimeoutError``."""
    log = lab.state / "started.log"
    begin = time.monotonic()
    with Running([sys.executable, "-u", "-m", "lab.launch"], environment_of(lab), log) as running:
        while "Ready." not in log.read_text():
            if time.monotonic() > begin + START_TIMEOUT:
                raise TimeoutError(log.read_text()[-1000:])
            time.sleep(0.01)
        yield running, time.monotonic() - begin


def figures(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="lab-bench-") as folder, pytest.MonkeyPatch.context() as patch:
        lab = Lab(Path(folder) / "lab")
        resolve_to_loopback(patch, lab.domain)
        seconds = []
        for _ in range(1 + STARTS):
            with started(lab) as (_, until_ready):
                seconds.append(until_ready)
        first, *others = seconds
        parts = (Part("median", median(others), "s"), Part("the first", first, "s"))
        yield Figure(START, "s", min(others), LIMITS[START], parts)
        with started(lab) as (running, _):
            time.sleep(SETTLED)
            at_first = running.memory()
            person = Person(lab, "alice")
            for site in ("site_a", "site_b"):
                expect(200, person.sign_in(site))
            time.sleep(SETTLED)
            before = running.cpu()
            time.sleep(scale.seconds)
            idle = (running.cpu() - before) / scale.seconds
            yield Figure(IDLE, "% of a core", idle * 100, LIMITS[IDLE])
            yield Figure(
                MEMORY,
                "MB",
                at_first,
                LIMITS[MEMORY],
                (Part("after two sign-ins", running.memory(), "MB"), Part("of", len(running.family), "processes")),
            )
