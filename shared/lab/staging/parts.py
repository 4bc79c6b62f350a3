"""The dataclasses that a scenario is written with. A name of the code stands between backticks in every text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key

from lab import databases, runs
from lab.servers import Server
from lab.staging.acts import Act
from lab.staging.serving import Serving, redis_socket
from lab.state import folder, secret
from session_inspector.journal.schema import Entry


class Reader(StrEnum):
    LEARNER = "learner"
    DEVELOPER = "developer"


@dataclass(frozen=True)
class Change:
    """A setting is ``value`` instead of what it is usually, and ``why``."""

    value: Any
    why: str

    def applied_to(self, usual: Any) -> Any:
        return self.value

    def shown(self, usual: Any) -> tuple[str, str]:
        """What it is usually and now, as settings write it."""
        return repr(usual), repr(self.value)


@dataclass(frozen=True)
class Addition:
    """A setting that is a list has one more item, just ``after`` another; at the end where none is named."""

    item: str
    why: str
    after: str = ""

    def applied_to(self, usual: Sequence[str]) -> list[str]:
        place = usual.index(self.after) + 1 if self.after else len(usual)
        return [*usual[:place], self.item, *usual[place:]]

    def shown(self, usual: Sequence[str]) -> tuple[str, str]:
        return "", f"+ {self.item!r}" + (f", after {self.after!r}" if self.after else "")


@dataclass(frozen=True)
class Directive:
    """Of ``CONTENT_SECURITY_POLICY`` one directive has these sources (Content Security Policy Level 3, 2.3)."""

    name: str
    sources: tuple[str, ...]
    why: str

    def applied_to(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        return {**usual, "DIRECTIVES": {**usual["DIRECTIVES"], self.name: list(self.sources)}}

    def shown(self, usual: Mapping[str, Any]) -> tuple[str, str]:
        before = usual["DIRECTIVES"].get(self.name)
        return " ".join([self.name, *before]) if before else "", " ".join([self.name, *self.sources])


@dataclass(frozen=True)
class SharedDatabase:
    """``DATABASES`` of another server in the same run."""

    server: Server
    why: str

    def applied_to(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        return {**usual, "default": databases.settings_of(self.server.name, runs.current())}

    def shown(self, usual: Mapping[str, Any]) -> tuple[str, str]:
        return name_of(usual), name_of(self.applied_to(usual))


def name_of(databases: Mapping[str, Any]) -> str:
    """Of the one that is used: a file's without its folder."""
    return f"…{Path(databases['default']['NAME']).name}"


@dataclass(frozen=True)
class SharedSecretKey:
    """``SECRET_KEY`` of another server."""

    server: Server
    why: str

    def applied_to(self, usual: str) -> str:
        return secret(f"{self.server.name}.secret_key")

    def shown(self, usual: str) -> tuple[str, str]:
        return "a key of its own", f"that of {self.server.title}"


@dataclass(frozen=True)
class RunFolder:
    """A folder of the run's own, which it makes, by its name."""

    name: str
    why: str

    def applied_to(self, usual: Any) -> str:
        return str(folder(runs.folder_of(runs.current()) / self.name))

    def shown(self, usual: Any) -> tuple[str, str]:
        return repr(usual), f"…/{self.name}"


@dataclass(frozen=True)
class RedisCache:
    """Of ``CACHES`` the one of that name is in the Redis of the run."""

    name: str
    why: str

    def applied_to(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        location = f"unix://{redis_socket()}"
        return {**usual, self.name: {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}

    def shown(self, usual: Mapping[str, Any]) -> tuple[str, str]:
        return f"{self.name}: {usual[self.name]['BACKEND'].split('.')[-1]}", f"{self.name}: RedisCache"


@dataclass(frozen=True)
class OtherSecret:
    """A secret is ``value`` instead, and neither is shown."""

    value: str
    why: str

    def applied_to(self, usual: str) -> str:
        return self.value

    def shown(self, usual: str) -> tuple[str, str]:
        return "a secret", "another secret"


@dataclass(frozen=True)
class NewSecretKey:
    """``SECRET_KEY`` is made anew by each process, when it starts."""

    why: str

    def applied_to(self, usual: str) -> str:
        return get_random_secret_key()

    def shown(self, usual: str) -> tuple[str, str]:
        return "a key that is kept", "get_random_secret_key()"


Changed = (
    Change
    | Addition
    | Directive
    | SharedDatabase
    | SharedSecretKey
    | NewSecretKey
    | RunFolder
    | RedisCache
    | OtherSecret
)
Settings = Mapping[str, Changed]


@dataclass(frozen=True)
class Option:
    """One answer to a question: the ``outcome``, which one can see, and ``because``, what one believes who expects it.

    ``explain`` says why it is so, where this is what happened, and ``why_not`` what is amiss in the belief, where it is
    not. Where browsers differ, an option may have both.
    """

    name: str
    outcome: str
    because: str
    explain: str = ""
    why_not: str = ""

    @property
    def text(self) -> str:
        return f"{self.outcome} {self.because}".strip()


@dataclass(frozen=True)
class Question:
    """Asked before anything is done. ``look`` asks what one saw, before the verdict: its answers are the outcomes.

    ``right`` is the name of the option that a browser of each engine shows, or of the one that all show.
    """

    name: str
    ask: str
    look: str
    options: tuple[Option, ...]
    right: str | Mapping[str, str]

    def option(self, name: str) -> Option | None:
        return next((one for one in self.options if one.name == name), None)

    @property
    def outcomes(self) -> list[str]:
        """Each once, in the order of the options."""
        return list(dict.fromkeys(one.outcome for one in self.options))

    def right_in(self, engine: str) -> str:
        return self.right if isinstance(self.right, str) else self.right[engine]


@dataclass(frozen=True)
class Verdict:
    """What the entries showed: of each question the name of an option, empty where it is none of them, and the entries
    that it rests on."""

    shown: Mapping[str, str]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Stage:
    """One run. ``settings`` are those that differ, by the name of the server; ``steps`` what is done, in this order.

    ``provider`` is the mode of the provider that misbehaves, where site B signs in there. ``served`` says, by the name
    of a server, how it is served where that is not as usual.

    ``check`` gets the entry that shows each step, in their order. Where the stage is about that, ``ends`` gets those of
    the verdict, and says by its name when what ends. ``repair`` says what the next stage changes; the last stage has
    none.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    steps: tuple[Act, ...]
    check: Callable[[Sequence[Entry]], Verdict]
    hosts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Settings] = field(default_factory=dict)
    provider: str = ""
    served: Mapping[str, Serving] = field(default_factory=dict)
    ends: Callable[[Sequence[Entry]], Mapping[str, datetime]] | None = None
    repair: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What this lab would need for it, each in words; nothing where it has all."""
        return tuple(words for serving in self.served.values() for words in serving.missing)

    @property
    def asks_in_title(self) -> bool:
        """Whether the title is the question, so that it need not be read twice."""
        return len(self.questions) == 1 and self.title.endswith("?")


@dataclass(frozen=True)
class Scenario:
    """``name`` is that of its module. ``happens`` is what happened to somebody who needs it, for the README's table;
    ``places`` says where it stands in the list of each kind of reader whom it is for."""

    name: str
    title: str
    happens: str
    minutes: int
    places: Mapping[Reader, int]
    stages: tuple[Stage, ...]

    def stage(self, name: str) -> Stage | None:
        return next((one for one in self.stages if one.name == name), None)

    def after(self, stage: Stage) -> Stage | None:
        place = self.stages.index(stage) + 1
        return self.stages[place] if place < len(self.stages) else None
