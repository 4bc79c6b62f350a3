"""The table itself, ``facts.toml``: read, and written anew with what was measured."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

TABLE = Path(__file__).with_name("facts.toml")
ROW = "[[fact]]"


@dataclass(frozen=True)
class Measured:
    """When a row was measured last, and by which version of an engine."""

    version: str
    date: date


@dataclass(frozen=True)
class Fact:
    """``answer`` is one for all engines, or one for each of them."""

    id: str
    claim: str
    answer: str | Mapping[str, str]
    measured: Mapping[str, Measured] = field(default_factory=dict)

    def expected(self, engine: str) -> str:
        return self.answer if isinstance(self.answer, str) else self.answer[engine]

    def confirmed(self, engine: str, now: Measured) -> "Fact":
        return replace(self, measured={**self.measured, engine: now})


def read() -> list[Fact]:
    return [
        Fact(**{**row, "measured": {engine: Measured(**one) for engine, one in row.get("measured", {}).items()}})
        for row in tomllib.loads(TABLE.read_text())["fact"]
    ]


def write(facts: list[Fact]) -> None:
    """What stands above the first row stays."""
    introduction = TABLE.read_text().partition(ROW)[0]
    TABLE.write_text(introduction + "\n".join(map(as_toml, facts)))


def as_toml(fact: Fact) -> str:
    lines = [f"id = {quoted(fact.id)}", f"claim = {quoted(fact.claim)}", *answers_of(fact), *measured_of(fact)]
    return "\n".join([ROW, *lines, ""])


def answers_of(fact: Fact) -> list[str]:
    if isinstance(fact.answer, str):
        return [f"answer = {quoted(fact.answer)}"]
    return [f"answer.{engine} = {quoted(answer)}" for engine, answer in fact.answer.items()]


def measured_of(fact: Fact) -> list[str]:
    return [
        f"measured.{engine} = {{ version = {quoted(one.version)}, date = {one.date} }}"
        for engine, one in sorted(fact.measured.items())
    ]


def quoted(text: str) -> str:
    """JSON writes a plain text as TOML does."""
    return json.dumps(text, ensure_ascii=False)
