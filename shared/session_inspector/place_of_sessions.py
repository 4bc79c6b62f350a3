"""Where this project keeps its sessions, in words: two places differ in them, and no password is in them."""

from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.db import connections, router

from session_inspector.journal.database import redactor
from session_inspector.session_store import engine, store

PART = 8  # digits of a fingerprint: what is cut, or not shown, ends in it


def place_of_sessions() -> str:
    """``database default, shop/db.sqlite3#1f0c9a2b``; empty of the cookie, and of an engine of its own."""
    match engine():
        case "db" | "cached_db":
            model = store()
            assert issubclass(model, db.SessionStore)
            alias = router.db_for_read(model.get_model_class())
            return f"database {alias}, {database(connections[alias].settings_dict)}"
        case "cache":
            alias = settings.SESSION_CACHE_ALIAS
            return f"cache {alias}, {cache(settings.CACHES[alias])}"
        case "file":
            return f"folder {cut(Path(settings.SESSION_FILE_PATH or gettempdir()))}"
    return ""


def database(said: dict[str, Any]) -> str:
    if not said["HOST"] and said["ENGINE"].endswith("sqlite3"):
        return cut(Path(said["NAME"]))
    return f"{said['NAME']} at {said['HOST'] or 'this machine'}{':' if said['PORT'] else ''}{said['PORT']}"


def cache(said: dict[str, Any]) -> str:
    """A location may have a password in it."""
    named = said["BACKEND"].rpartition(".")[2]
    return f"{named}#{redactor().fingerprint(repr(sorted(said.items())))[:PART]}"


def cut(path: Path) -> str:
    """The path with its folder, and what tells it from another that ends so."""
    return f"{path.parent.name}/{path.name}#{redactor().fingerprint(str(path.absolute()))[:PART]}"
