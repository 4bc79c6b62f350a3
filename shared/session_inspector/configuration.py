"""What a project sets: one setting, ``SESSION_INSPECTOR``, by the names of the fields in capital letters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.signals import setting_changed


@dataclass(frozen=True)
class Configuration:
    """``journal`` is a file, by its path or as ``sqlite:///path``, or a database, as ``postgresql://role@host/name``;
    ``timeout`` the seconds to wait while another process writes into it; ``fingerprint_key`` the file of the key of its
    fingerprints, by default beside the journal's. ``recording`` is false where nothing is to be written.

    ``name``, ``origin``, ``run``, ``title``, ``role``, ``what``, ``letter`` and ``colour`` are what this project says
    of itself (``participant.Participant``). ``meanings`` says what it keeps in a session, by name; ``shown_fields``
    names the fields of its forms whose values are no secrets, and are kept as they came. ``inspector`` is the origin at
    which the inspector answers, and ``pages`` the dotted path of the pages that it has. With ``own_only``, it shows to
    each only what is recorded of their own browser, and all to who has entered its ``key``; no key, nobody.
    """

    journal: Path | str
    fingerprint_key: Path | str = ""
    name: str = ""
    origin: str = ""
    run: str = ""
    title: str = ""
    role: str = ""
    what: str = ""
    letter: str = ""
    colour: int = 0
    recording: bool = True
    timeout: float = 0.03  # nobody waits long for having been recorded
    meanings: Mapping[str, str] = field(default_factory=dict)
    shown_fields: frozenset[str] = frozenset()
    inspector: str = ""
    pages: str = "session_inspector.inspector.pages.PAGES"
    own_only: bool = False
    key: str = ""


Returned = TypeVar("Returned")


def of_settings(function: Callable[..., Returned]) -> Callable[..., Returned]:
    """Let a function of its arguments and the settings remember what it has answered: it is asked many times a page,
    and only tests change settings."""
    remembering = lru_cache(maxsize=100)(function)
    setting_changed.connect(lambda **kwargs: remembering.cache_clear(), weak=False)
    return remembering


@of_settings
def configuration() -> Configuration:
    """As the settings have it now. Raises ``TypeError`` for a name that is none of the fields."""
    return Configuration(**{name.lower(): value for name, value in settings.SESSION_INSPECTOR.items()})
