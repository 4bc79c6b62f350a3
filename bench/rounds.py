"""CPU in turns: what else the machine does falls on all that are compared, and the median of the ratios decides."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from bench.figures import Figure, Part

Check = Callable[[], None]
Step = Callable[[], Check | None]  # what is left to check is done when the CPU has been counted


class UsesCpu(Protocol):
    def cpu(self) -> float:
        """Seconds so far."""


@dataclass(frozen=True)
class Side:
    """One of those that are compared: whose CPU counts, and what is done ``times`` in a round.

    Each of the ``steps`` has a thread, and is done as often as the others.
    """

    name: str
    processes: Sequence[UsesCpu]
    steps: Sequence[Step]
    times: int

    def cpu(self) -> float:
        return sum(process.cpu() for process in self.processes)


@dataclass(frozen=True)
class Spent:
    """Of each side, by its name: milliseconds of CPU for a step, in each round; and what went wrong."""

    milliseconds: dict[str, list[float]]
    errors: dict[str, Counter[str]]

    def typical(self, name: str) -> Part:
        return Part(name, median(self.milliseconds[name]), "ms")

    def figure(self, what: str, limit: float, of: str, to: str) -> Figure:
        """How many times as much the one costs as the other."""
        pairs = zip(self.milliseconds[of], self.milliseconds[to], strict=True)
        ratio = median(one / base for one, base in pairs)
        errors = self.errors[of] + self.errors[to]
        return Figure(what, "times", ratio, limit, (self.typical(of), self.typical(to)), errors)


def in_turns(sides: Sequence[Side], rounds: int) -> Spent:
    """The first round warms up and does not count."""
    spent = Spent({side.name: [] for side in sides}, {side.name: Counter() for side in sides})
    for n in range(rounds + 1):
        for side in sides:
            milliseconds = of_a_round(side, spent.errors[side.name])
            if n:
                spent.milliseconds[side.name].append(milliseconds)
    return spent


def together(each: Sequence[Spent]) -> Spent:
    """Of the same sides, by other processes."""
    every = Spent({name: [] for name in each[0].milliseconds}, {name: Counter() for name in each[0].errors})
    for spent in each:
        for name in every.milliseconds:
            every.milliseconds[name] += spent.milliseconds[name]
            every.errors[name] += spent.errors[name]
    return every


def of_a_round(side: Side, errors: Counter[str]) -> float:
    before = side.cpu()
    with ThreadPoolExecutor(len(side.steps)) as pool:
        each = side.times // len(side.steps)
        left = list(pool.map(lambda step: noting_errors([step] * each, errors), side.steps))
    milliseconds = (side.cpu() - before) / side.times * 1000
    noting_errors([check for checks in left for check in checks if check], errors)
    return milliseconds


def noting_errors(calls: Sequence[Callable], errors: Counter[str]) -> list:
    """What they return, one after the other; ``errors`` counts what went wrong."""
    returned = []
    for call in calls:
        try:
            returned.append(call())
        except Exception as error:
            errors[f"{type(error).__name__}: {error}"] += 1
    return returned
