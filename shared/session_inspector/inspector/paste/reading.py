"""What is said of a pasted text, whatever its kind."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from session_inspector.explain.values import MAX_SHOWN, in_line, visible
from session_inspector.journal.schema import Value
from session_inspector.redaction import Redactor, shortened

MAX_FINDINGS = 40
MAX_PARTS = 100
REDACTOR = Redactor(key=b"no fingerprint is shown")


class Topic(StrEnum):
    """What a project with lessons may have one about."""

    CALLBACK = "callback"
    CLOSED_BROWSER = "closed_browser"
    KEPT_IN_COOKIE = "kept_in_cookie"
    KEPT_IN_MEMORY = "kept_in_memory"
    ONE_HOST = "one_host"
    PROXY = "proxy"
    REDIRECT_URI = "redirect_uri"
    ROTATION = "rotation"
    SIBLING_HOSTS = "sibling_hosts"
    SLIDING = "sliding"
    STRICT = "strict"
    TOOLBAR = "toolbar"
    TOO_LARGE = "too_large"
    TWO_LOOPBACK_NAMES = "two_loopback_names"


@dataclass(frozen=True)
class Finding:
    """What is wrong or worth a look, what it usually comes from, and what to do, in sentences."""

    statement: str
    cause: str
    remedy: str = ""
    topic: Topic | None = None


@dataclass(frozen=True)
class Part:
    """A piece of what was pasted, its value cut to what may be shown."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True)
class Reading:
    """``kind`` says what it is: ``a Cookie line``. ``note`` says what was not looked at. What is worst comes first."""

    kind: str
    findings: tuple[Finding, ...] = ()
    parts: tuple[Part, ...] = ()
    note: str = ""

    def cut(self) -> "Reading":
        """The same, short enough for a page."""
        is_cut = len(self.findings) > MAX_FINDINGS or len(self.parts) > MAX_PARTS
        note = f"{self.note} More was found than is shown." if is_cut else self.note
        return replace(self, findings=self.findings[:MAX_FINDINGS], parts=self.parts[:MAX_PARTS], note=note)


Pasted = TypeVar("Pasted")


def findings_of(pasted: Pasted, checks: Iterable[Callable[[Pasted], Finding | None]]) -> tuple[Finding, ...]:
    """Of each check that finds something, in their order."""
    return tuple(found for check in checks if (found := check(pasted)))


def shown(text: str) -> str:
    """A text that is no secret by its name: runs that look random are cut, and what breaks or turns a line is written
    out."""
    return brief(visible(shortened(text)))


def masked(secret: str) -> str:
    """Of a secret, its first characters."""
    return in_line(REDACTOR.mask(secret))


def shown_value(value: Value) -> str:
    """A redacted value."""
    return brief(in_line(value))


def brief(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def parsed_json(text: str | bytes) -> Any:
    """Raises ``ValueError`` for what is no JSON, or nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
