"""Measure rows in one engine, and compare."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.browser.engines import Browser
from tests.facts import web
from tests.facts.bench import Bench
from tests.facts.measurements import MEASUREMENTS
from tests.facts.table import Fact


@dataclass(frozen=True)
class Difference:
    fact: Fact
    engine: str
    answer: str

    def __str__(self) -> str:
        return f"{self.fact.id} in {self.engine}: was {self.fact.expected(self.engine)!r}, is {self.answer!r}"


@dataclass(frozen=True)
class Result:
    version: str
    answers: dict[str, str]  # by the id of the row

    def differences(self, engine: str, facts: Iterable[Fact]) -> list[Difference]:
        return [
            Difference(fact, engine, self.answers[fact.id])
            for fact in facts
            if self.answers[fact.id] != fact.expected(engine)
        ]


def measure(browser: Browser, facts: Iterable[Fact]) -> Result:
    with web.serving() as servers:
        try:
            bench = Bench(browser, servers)
            return Result(browser.version, {fact.id: measure_row(bench, fact.id) for fact in facts})
        finally:
            browser.close()


def measure_row(bench: Bench, row: str) -> str:
    bench.clear()
    return MEASUREMENTS[row](bench)
