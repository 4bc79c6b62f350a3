"""The session before and after a request, looked at without leaving a trace."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, file
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.exceptions import InvalidSessionKey
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import is_naive, make_aware

from compiled_query import CompiledQuery, compiled
from session_inspector.configuration import of_settings
from session_inspector.journal.database import redactor
from session_inspector.journal.schema import Fault, SessionRow
from session_inspector.recorder.fitting import fitting_values
from session_inspector.session_store import decoded, engine, store


@dataclass(frozen=True)
class Row:
    """A session as it is stored: its key, its decoded data, when it expires (None: the engine does not say), and
    why what is stored cannot be read, if so."""

    key: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    expires: datetime | None = None
    fault: Fault | None = None

    @cached_property
    def redacted(self) -> SessionRow | None:
        """As the journal keeps it; None of an empty one."""
        if not self.key:
            return None
        data = fitting_values(redactor().session(self.data))
        expires = make_aware(self.expires) if self.expires and is_naive(self.expires) else self.expires
        return SessionRow(redactor().mask(self.key), data, expires, self.fault is None, self.fault)


@of_settings  # as a request leaves a row, the next one mostly finds it
def as_stored(key: str, stored: str, expires: datetime | None) -> Row:
    found = decoded(stored)
    return Row(key, found.data, expires, found.fault)


def row_before(request: HttpRequest) -> Row:
    """The row that the request's session cookie leads to; an empty one if there is no such row.

    Reads by itself: ``request.session`` would delete the cookie of an unknown key, and its ``load()`` an expired file.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    read = READERS.get(engine())
    return (read and key and read(key)) or Row()


def loaded_session(request: HttpRequest) -> SessionBase | None:
    """The session, if the view has looked at it: looking at it here would leave a trace."""
    session = getattr(request, "session", None)
    return session if session is not None and "_session_cache" in vars(session) else None


def row_in_memory(request: HttpRequest, response: HttpResponse, before: Row) -> Row:
    """What SessionMiddleware stores at the end, as the view left it in memory: for engines that tell nobody."""
    session = loaded_session(request)
    if session is None:
        return before
    data, key = dict(vars(session)["_session_cache"]), session.session_key
    if not key:
        return Row()
    is_saved = (session.modified or settings.SESSION_SAVE_EVERY_REQUEST) and response.status_code < 500
    if not is_saved and key == before.key:
        return before
    copy = type(session)()  # asking the session itself would mark it as accessed
    copy.update(data)
    return Row(key, data, copy.get_expiry_date())


def read_db(key: str) -> Row | None:
    engine = store()
    assert issubclass(engine, db.SessionStore)
    found = row_with_key(engine.get_model_class()).one(key=key)
    return found and as_stored(key, *found)


@of_settings
def row_with_key(model: type[AbstractBaseSession]) -> CompiledQuery[tuple[str, datetime]]:
    @compiled
    def with_key(key):
        return model._base_manager.filter(session_key=key).values_list("session_data", "expire_date")

    return with_key


def read_cache(key: str) -> Row | None:
    session = store()(key)
    assert isinstance(session, cache.SessionStore | cached_db.SessionStore)
    data = vars(session)["_cache"].get(session.cache_key)
    return None if data is None else Row(key, data)


def read_cached_db(key: str) -> Row | None:
    """The cache's copy, if it has one: the engine looks at the table only where there is none."""
    row, copy = read_db(key), read_cache(key)
    return replace(copy, expires=row.expires if row else None) if copy else row


def read_file(key: str) -> Row | None:
    session = store()(key)
    assert isinstance(session, file.SessionStore)
    private: Any = session  # Django's stubs leave its private methods out
    try:
        with open(private._key_to_file(), encoding="ascii") as kept:
            found = decoded(kept.read())
        age = found.data.get("_session_expiry") or settings.SESSION_COOKIE_AGE
        return Row(key, found.data, private._last_modification() + timedelta(seconds=age), found.fault)
    except (OSError, ValueError, InvalidSessionKey):
        return None


def read_signed_cookie(value: str) -> Row | None:
    session = store()(value)
    try:
        data = signing.loads(
            value,
            serializer=session.serializer,
            max_age=settings.SESSION_COOKIE_AGE,
            salt="django.contrib.sessions.backends.signed_cookies",
        )
    except (signing.BadSignature, ValueError):
        return None
    return Row(value, data)


READERS = {
    "db": read_db,
    "cached_db": read_cached_db,
    "cache": read_cache,
    "file": read_file,
    "signed_cookies": read_signed_cookie,
}
