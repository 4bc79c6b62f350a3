"""What a statement can stand on, and whether that is there."""

import ast
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from claims.sources import ROOT
from claims.works import WORKS

FACTS = Path("tests", "facts", "facts.toml")
REASONS = {  # why a sentence with such a word makes no claim
    "instruction",  # what a person is to do
    "question",
    "label",  # a heading, a button, the name of a thing
    "part",  # of a sentence that is made elsewhere, or of code: alone it says nothing
    "cause",  # one of several that a page offers, with a way to tell
    "here",  # what happened in this request, as this server's own code knows it
    "meaning",  # how the lab uses a word
    "repository",  # about its files, its commands and how it is made
    "story",  # about people and things, not about the technique
}


def is_test(name: str) -> bool:
    """``tests/path.py::test_name``, or with a class between."""
    path, *names = name.split("::")
    return "::".join(names) in functions_of(ROOT / path)


@cache
def functions_of(path: Path) -> frozenset[str]:
    return frozenset(names_in(ast.parse(path.read_text()).body)) if path.is_file() else frozenset()


def names_in(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.ClassDef):
            yield from (f"{statement.name}::{name}" for name in names_in(statement.body))


def is_fact(name: str) -> bool:
    return name in facts(ROOT / FACTS)


@cache
def facts(path: Path) -> frozenset[str]:
    tables = tomllib.loads(path.read_text()).values() if path.is_file() else ()
    return frozenset(row["id"] for rows in tables if isinstance(rows, list) for row in rows if "id" in row)


def is_section(name: str) -> bool:
    """``work, section``."""
    work, _, section = name.partition(", ")
    return work in WORKS and bool(section)


def is_reason(text: str) -> bool:
    """One of the reasons; after a colon, words about it."""
    return text.partition(": ")[0] in REASONS


KINDS: Mapping[str, Callable[[str], bool]] = {"test": is_test, "fact": is_fact, "spec": is_section, "none": is_reason}


def faults(backing: Mapping[str, str | list[str]]) -> list[str]:
    """What is wrong with it, in words: nothing, as a rule."""
    named = [(kind, name) for kind, names in backing.items() for name in ([names] if isinstance(names, str) else names)]
    if not named:
        return ["names nothing"]
    return [f"no such {kind}: {name}" for kind, name in named if kind not in KINDS or not KINDS[kind](name)]
