"""The provider that somebody has chosen for a site instead of Identity, kept in the state folder as its settings.

They have a client secret among them. So they lie where secrets do, and ``make reset`` removes them. Knows nothing of
Django.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.servers import IS_CLASS, PROXIES, Server
from lab.state import folder, secret_path
from session_inspector import private_file

Setting = str | bool | None


@dataclass(frozen=True)
class Choice:
    """``settings`` by their names, ``notes`` what the site said of the provider when it was chosen."""

    settings: Mapping[str, Setting]
    notes: tuple[str, ...] = ()


def is_offered() -> bool:
    """Whether whoever uses this lab may choose: it is theirs alone, and one process serves each server."""
    return not IS_CLASS and not PROXIES


def path_of(site: Server) -> Path:
    return secret_path(f"{site.name}.provider.json")


def keep(site: Server, choice: Choice) -> None:
    folder(path_of(site).parent)
    private_file.replace(path_of(site), json.dumps(asdict(choice)))


def forget(site: Server) -> None:
    path_of(site).unlink(missing_ok=True)


def choice_for(site: Server) -> Choice | None:
    """None where nobody has chosen, and for a file that is out of reach or damaged."""
    try:
        said = json.loads(path_of(site).read_text())
        choice = Choice(dict(said["settings"]), tuple(said["notes"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    is_sound = all(isinstance(value, Setting) for value in choice.settings.values())
    return choice if is_offered() and is_sound and choice.settings.get("OIDC_OP_ISSUER") else None
