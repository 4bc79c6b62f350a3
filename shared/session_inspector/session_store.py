"""Where this project keeps its sessions: the store of its setting ``SESSION_ENGINE``, and which of Django's it is."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, file, signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing

from session_inspector.configuration import of_settings
from session_inspector.journal.schema import Store

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


def decoded(data: str) -> dict[str, Any] | None:
    """What a stored session says; None where its signature or its JSON does not fit, which Django takes for nothing."""
    session = store()()
    if type(session).decode is not SessionBase.decode:
        return session.decode(data)
    try:
        return signing.loads(data, salt=session.key_salt, serializer=session.serializer)
    except (signing.BadSignature, ValueError):
        return None


@of_settings
def engine() -> str:
    """Which of Django's five this is, or is made from; its own path, if from none."""
    return next((name for name, kind in ENGINES.items() if issubclass(store(), kind)), settings.SESSION_ENGINE)


@of_settings
def stored_as() -> Store:
    return STORES.get(engine(), Store.OTHER)
