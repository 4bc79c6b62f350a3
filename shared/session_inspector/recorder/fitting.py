"""What an entry has room for."""

import json
from typing import Any, TypeVar

from session_inspector.journal.schema import Parameters, Value, as_json
from session_inspector.redaction import MAX_TEXT

MAX_CHARACTERS = 16_000  # of one part of an entry, as JSON

Part = TypeVar("Part", Parameters, dict[str, Value], dict[str, str])


def fitting(part: Part) -> Part:
    """That part of an entry if it has a size that may be kept; else an empty one."""
    return part if length(part) <= MAX_CHARACTERS else type(part)()


def fitting_values(data: dict[str, Value]) -> dict[str, Value]:
    """Session data of a size that may be kept: every name, and of values that are too large only their beginning."""
    if length(data) <= MAX_CHARACTERS:
        return data
    return {name: value if length(value) <= MAX_TEXT else f"{str(value)[:40]}…" for name, value in data.items()}


def length(part: Any) -> int:
    return len(json.dumps(part, ensure_ascii=False, default=as_json))
