"""What a project sets: one setting, ``SESSION_INSPECTOR``, by the names of the fields in capital letters."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.text import slugify

DEFAULT_PORT = 8790  # of the inspector
MAX_NAME = 20  # characters: the column of the journal has no more
SAY_NOTHING = {"conf", "config", "core", "project", "settings"}  # what many projects call the package of their settings


def origin_of_inspector(port: int) -> str:
    return f"http://localhost:{port}"


@dataclass(frozen=True)
class Configuration:
    """``journal`` is a file, by its path or as ``sqlite:///path``, or a database, as ``postgresql://role@host/name``.
    By default, it is a file in the state folder of whoever runs this. ``timeout`` is the seconds to wait while another
    process writes into it; ``fingerprint_key`` the file of the key of its fingerprints, by default beside the
    journal's. ``recording`` is false where nothing is to be written. Where it is None, the recorder is on with
    ``DEBUG``, and off in test runs.

    ``name``, ``origin``, ``run``, ``title``, ``role``, ``what``, ``letter`` and ``colour`` are what this project says
    of itself (``participant.Participant``): without a ``name``, that of its settings or of its folder, and without an
    ``origin``, the first that a request names. With ``values``, what it keeps in a session is recorded, redacted; else
    only of which types it is. ``meanings`` says what it keeps in a session, by name; ``shown_fields`` names the fields
    of its forms whose values are no secrets, and are kept as they came. ``inspector`` is the origin at which the
    inspector answers, and ``pages`` the dotted path of the pages that it has. With ``own_only``, it shows to each only
    what is recorded of their own browser, and all to who has entered its ``key``; no key, nobody.
    """

    journal: Path | str = ""
    fingerprint_key: Path | str = ""
    name: str = ""
    origin: str = ""
    run: str = ""
    title: str = ""
    role: str = ""
    what: str = ""
    letter: str = ""
    colour: int = 0
    recording: bool | None = None
    timeout: float = 0.03  # nobody waits long for having been recorded
    values: bool = False
    meanings: Mapping[str, str] = field(default_factory=dict)
    shown_fields: frozenset[str] = frozenset()
    inspector: str = origin_of_inspector(DEFAULT_PORT)
    pages: str = "session_inspector.inspector.pages.PAGES"
    own_only: bool = False
    key: str = ""

    @property
    def is_recording(self) -> bool:
        if self.recording is not None:
            return self.recording
        return settings.DEBUG and not is_test_run()


def is_test_run() -> bool:
    """Django's ``setup_test_environment`` replaces the outbox; ``manage.py test`` and pytest-django both call it."""
    return hasattr(sys.modules.get("django.core.mail"), "outbox")


def name_of_project() -> str:
    """That of the package of its settings; where that says nothing, of the folder that it is in."""
    package = (settings.SETTINGS_MODULE or "").partition(".")[0]
    folder = getattr(settings, "BASE_DIR", "")
    name = Path(folder).name if package in SAY_NOTHING and folder else package
    return slugify(name, allow_unicode=True)[:MAX_NAME]


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
    said = {name.lower(): value for name, value in getattr(settings, "SESSION_INSPECTOR", {}).items()}
    return Configuration(**{"name": name_of_project(), **said})
