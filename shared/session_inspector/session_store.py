"""Where this project keeps its sessions: the store of its setting ``SESSION_ENGINE``, and which of Django's it is."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, file, signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing

from session_inspector.configuration import of_settings
from session_inspector.journal.schema import Fault, Store

# The more special first: ``cached_db`` derives from ``db``.
ENGINES: dict[str, type[SessionBase]] = {
    "cached_db": cached_db.SessionStore,
    "db": db.SessionStore,
    "cache": cache.SessionStore,
    "file": file.SessionStore,
    "signed_cookies": signed_cookies.SessionStore,
}

STORES = {
    "db": Store.ROW,
    "cached_db": Store.CACHED_ROW,
    "cache": Store.CACHE_ENTRY,
    "file": Store.FILE,
    "signed_cookies": Store.COOKIE,
}


@of_settings
def store() -> type[SessionBase]:
    return import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True)
class Decoded:
    """What a stored session says: with a ``fault``, Django takes it for nothing."""

    data: dict[str, Any]
    fault: Fault | None = None


def decoded(stored: str) -> Decoded:
    session = store()()
    if type(session).decode is not SessionBase.decode:
        return Decoded(session.decode(stored))
    try:
        return Decoded(signing.loads(stored, salt=session.key_salt, serializer=session.serializer))
    except signing.BadSignature:
        return Decoded({}, Fault.SIGNATURE)
    except Exception:  # what a serializer raises is its own affair: Django takes all of it for nothing
        return Decoded({}, Fault.CONTENT)


@of_settings
def engine() -> str:
    """Which of Django's five this is, or is made from; its own path, if from none."""
    return next((name for name, kind in ENGINES.items() if issubclass(store(), kind)), settings.SESSION_ENGINE)


@of_settings
def stored_as() -> Store:
    return STORES.get(engine(), Store.OTHER)
