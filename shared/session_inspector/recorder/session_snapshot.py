"""The session before and after a request, looked at without leaving a trace."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, file
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import InvalidSessionKey
from django.core import signing
from django.http import HttpRequest, HttpResponse

from session_inspector.session_store import decoded, engine, store


@dataclass(frozen=True)
class Row:
    """A session as it is stored: its key, its decoded data, when it expires (None: the engine does not say), and
    whether what is stored can be read."""

    key: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    expires: datetime | None = None
    is_readable: bool = True


def as_stored(key: str, stored: str, expires: datetime | None) -> Row:
    data = decoded(stored)
    return Row(key, data or {}, expires, data is not None)


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
    model = engine.get_model_class()
    # In SQL, since it is asked before every request: the ORM takes several times as long as the answer.
    rows = model.objects.raw(f"SELECT * FROM {model._meta.db_table} WHERE session_key = %s", [key])
    row = next(iter(rows), None)
    return row and as_stored(key, row.session_data, row.expire_date)


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
            data = session.decode(kept.read())
        age = data.get("_session_expiry") or settings.SESSION_COOKIE_AGE
        return Row(key, data, private._last_modification() + timedelta(seconds=age))
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
