"""What becomes of session rows (engines ``db`` and ``cached_db``): what an exchange does to its own row, and what a
command or somebody else's request does to others.

A signal tells what is saved. None tells what is deleted: to call a listener, Django loads every row of a query before
it deletes them, a hundred at once, where it else sends one statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial, wraps
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.journal.database import redactor
from session_inspector.journal.schema import Entry, SessionChange, Sweep
from session_inspector.journal.writer import append
from session_inspector.recorder.exchange import Noted
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.session_snapshot import Row, as_stored, loaded_session, row_in_memory
from session_inspector.redaction import MAX_ITEMS
from session_inspector.session_store import engine, store


@dataclass(frozen=True)
class Change:
    """What happened to a row: ``made``, ``changed`` or ``deleted``. ``data`` is as the table holds it."""

    what: str
    key: str
    data: str
    expires: datetime
    at: datetime = field(default_factory=timezone.now)


@dataclass
class Changes:
    """What one exchange, which came with the key ``sent_key``, has done to rows: ``seen`` as it happened, ``certain``
    once it could not be undone any more. ``noted`` is what else was told of it.
    """

    sent_key: str
    seen: list[Change] = field(default_factory=list)
    certain: list[Change] = field(default_factory=list)
    noted: Noted = field(default_factory=Noted)


# Those of the exchange that this thread is in the middle of; None outside any.
current: ContextVar[Changes | None] = ContextVar("current", default=None)


@contextmanager
def collected(sent_key: str) -> Iterator[Changes]:
    """The changes made within, at most ``MAX_ITEMS``."""
    changes = Changes(sent_key)
    token = current.set(changes)
    try:
        yield changes
    finally:
        current.reset(token)


def note_saved(sender, instance: AbstractBaseSession, created: bool, using: str, **kwargs) -> None:
    note(change_of("made" if created else "changed", instance), using)


class WatchedRows(QuerySet):
    """Of the session table. Of the rows that one ``delete()`` deletes, those past their date tell nothing about
    anybody: they are counted, and so are those above ``MAX_ITEMS``. ``unwatched`` is the class without the recorder."""

    unwatched: type[QuerySet]

    def delete(self) -> tuple[int, dict[str, int]]:
        since = timezone.now()
        using = self._db or router.db_for_write(self.model, **self._hints)  # type: ignore[attr-defined]
        told = never_raise(changes_to_tell, self) or []
        number, of_models = super().delete()
        for change in told:
            note(change, using)
        swept = of_models.get(self.model._meta.label, 0) - len(told)
        if swept > 0:  # another process may have deleted what is told of
            transaction.on_commit(partial(take_down_sweep, swept, since), using=using, robust=True)
        return number, of_models

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple:
        """Pickled, these are rows as without the recorder: nobody finds a class by its name that was made here."""
        return self.unwatched, (), self.__getstate__()


def changes_to_tell(rows: QuerySet) -> list[Change]:
    """What the deletion of these rows tells of the sessions that go on, and of the exchange's own."""
    changes = current.get()
    own = changes.sent_key if changes else ""
    live = rows.filter(expire_date__gt=timezone.now()).exclude(session_key=own)[:MAX_ITEMS]
    return [change_of("deleted", row) for row in (*rows.filter(session_key=own), *live)]


delete_unnoticed = Model.delete  # as Django has it


@wraps(delete_unnoticed)
def delete(row: AbstractBaseSession, using: str | None = None, **kwargs) -> tuple[int, dict[str, int]]:
    change = change_of("deleted", row)
    using = using or router.db_for_write(type(row), instance=row)
    done = delete_unnoticed(row, using, **kwargs)
    note(change, using)
    return done


@cache
def watched(rows: type[QuerySet]) -> type[QuerySet]:
    """That class, under the same name, with ``WatchedRows`` as the one whose ``delete()`` it inherits or calls."""
    bases = (WatchedRows,) if rows is QuerySet else (rows, WatchedRows)
    return type(rows.__name__, bases, {"unwatched": rows})


def watched_rows(manager: Any) -> QuerySet:
    """What Django's managers do, with rows that are watched."""
    return watched(manager._queryset_class)(manager.model, using=manager._db, hints=manager._hints)


def model_of_rows() -> type[AbstractBaseSession]:
    """That of the engine, which may be the project's own."""
    from django.contrib.sessions.models import Session

    made = store()
    return made.get_model_class() if issubclass(made, db.SessionStore) else Session


def watch_deletions() -> None:
    """Notice what is deleted from the session table, with the statements that Django sends without this."""
    from django.contrib.sessions.models import Session, SessionManager  # a project whose sessions are files has none

    Session.delete = delete  # type: ignore[assignment, method-assign]
    SessionManager.get_queryset = watched_rows  # type: ignore[assignment, method-assign]


def change_of(what: str, row: AbstractBaseSession) -> Change:
    return Change(what, row.session_key, row.session_data, row.expire_date)


def note(change: Change, using: str) -> None:
    """Take the change down once it is certain: a transaction of that database may yet undo it."""
    changes = current.get()
    if changes is not None and (len(changes.seen) < MAX_ITEMS or change.key == changes.sent_key):
        changes.seen.append(change)
    transaction.on_commit(partial(take_down, change), using=using, robust=True)


def take_down(change: Change) -> None:
    changes = current.get()
    if changes is not None:
        if len(changes.certain) < MAX_ITEMS:
            changes.certain.append(change)
    elif configuration().is_recording:
        never_raise(lambda: append(entry_of_change(change)))


def take_down_sweep(number: int, since: datetime) -> None:
    if configuration().is_recording:
        entry = Entry(at=since, server=configuration().name, record=Sweep(number, timezone.now()))
        never_raise(append, entry)


def others(changes: Changes, own: set[str], by: str) -> list[Entry]:
    """The changes of rows whose keys are not the exchange's ``own``, and that were not made and deleted within it.

    ``by`` is its path.
    """
    token = changes.noted.logout_token
    is_by_logout_token = token is not None and not token.failed
    made, deleted = ({change.key for change in changes.certain if change.what == what} for what in ("made", "deleted"))
    return [
        entry_of_change(change, by, is_by_logout_token)
        for change in changes.certain
        if change.key not in own | (made & deleted)
    ]


def row_after(request: HttpRequest, response: HttpResponse, before: Row, changes: Changes) -> Row:
    """The row as it is stored once the response is sent; the same as before, where nothing was changed."""
    if engine() not in ("db", "cached_db"):
        return row_in_memory(request, response, before)
    session = loaded_session(request)
    key = before.key if session is None else session.session_key
    for change in reversed(changes.seen):
        if change.key == key:
            return Row() if change.what == "deleted" else as_stored(key, change.data, change.expires)
    should_be_saved = session is not None and session.modified and response.status_code < 500
    return Row() if should_be_saved or key != before.key else before  # not saved: the row had been deleted meanwhile


def entry_of_change(change: Change, by: str = "", is_by_logout_token: bool = False) -> Entry:
    """``by`` is the path of the exchange in whose course it happened; empty for a command."""
    fingerprint = redactor().fingerprint(change.key)
    row = as_stored(change.key, change.data, change.expires).redacted
    assert row, "a row has a key"
    return Entry(
        at=change.at,
        server=configuration().name,
        sent_key=fingerprint,
        set_key="" if change.what == "deleted" else fingerprint,
        record=SessionChange(change.what, row, by, is_by_logout_token),
    )
