"""The provider that somebody has chosen for a site instead of Identity, kept in the state folder as its settings.

They have a client secret among them. So they lie where secrets do, and ``make reset`` removes them. Knows nothing of
Django.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lab.servers import IS_CLASS, PROXIES, Server
from lab.state import folder, secret_path
from relying_party.provider_settings import ADDRESSES, OPTIONAL
from session_inspector import private_file

Setting = str | bool | None
TEXTS = ("OIDC_RP_SIGN_ALGO", "OIDC_RP_CLIENT_ID")
OTHERS = ("OIDC_TOKEN_USE_BASIC_AUTH", "OIDC_ISS_REQUIRED", "OIDC_RP_CLIENT_SECRET")


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
    return choice if is_offered() and is_sound(choice.settings) else None


def is_sound(said: Mapping[str, object]) -> bool:
    """Whether a site can start with it: somebody may have changed the file by hand."""
    if said.keys() != {*ADDRESSES, *OPTIONAL, *TEXTS, *OTHERS}:
        return False
    if not all(isinstance(said[name], str) and said[name] for name in TEXTS):
        return False
    needed = [said[name] for name in ADDRESSES]
    given = [said[name] for name in OPTIONAL if said[name] is not None]
    return all(map(is_address, needed + given)) and all(isinstance(said[name], Setting) for name in OTHERS)


def is_address(value: object) -> bool:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return False
    try:
        address = urlsplit(value)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
