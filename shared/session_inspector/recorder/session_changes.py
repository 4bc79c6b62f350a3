"""What becomes of session rows, as Django's signals tell (engines ``db`` and ``cached_db``): what an exchange does to
its own row, and what a command or somebody else's request does to others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from weakref import ref

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
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
from session_inspector.session_store import engine


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


@dataclass
class Deleted:
    """What one query has deleted so far: how many rows have a record of their own, and how many have none."""

    query: object
    kept: int = 0
    swept: int = 0
    since: datetime = field(default_factory=timezone.now)


# Those of the exchange that this thread is in the middle of; None outside any.
current: ContextVar[Changes | None] = ContextVar("current", default=None)
# What the newest query of this thread deletes. Only the transaction holds on to it: after a rollback it is gone.
deleting: ContextVar[Callable[[], Deleted | None]] = ContextVar("deleting", default=lambda: None)


@contextmanager
def collected(sent_key: str) -> Iterator[Changes]:
    """The changes made within, at most ``MAX_ITEMS``."""
    changes = Changes(sent_key)
    token = current.set(changes)
    try:
        yield changes
    finally:
        current.reset(token)


def note_saved(sender, instance: Session, created: bool, **kwargs) -> None:
    note("made" if created else "changed", instance)


def note_deleted(sender, instance: Session, origin: object = None, **kwargs) -> None:
    """Of the rows that one query deletes, ``origin``, those past their date tell nothing about anybody: they are
    counted, and so are those above ``MAX_ITEMS``."""
    changes = current.get()
    is_own = changes is not None and instance.session_key == changes.sent_key
    if is_own or not isinstance(origin, QuerySet):
        note("deleted", instance)
        return
    deleted = deleting.get()()
    if deleted is None or deleted.query is not origin:
        deleted = Deleted(origin)
        deleting.set(ref(deleted))
        transaction.on_commit(partial(take_down_sweep, deleted), robust=True)
    if instance.expire_date > timezone.now() and deleted.kept < MAX_ITEMS:
        deleted.kept += 1
        note("deleted", instance)
    else:
        deleted.swept += 1


def note(what: str, row: Session) -> None:
    """Take the change down once it is certain: a transaction may yet undo it."""
    change = Change(what, row.session_key, row.session_data, row.expire_date)
    changes = current.get()
    if changes is not None and (len(changes.seen) < MAX_ITEMS or change.key == changes.sent_key):
        changes.seen.append(change)
    transaction.on_commit(partial(take_down, change), robust=True)


def take_down(change: Change) -> None:
    changes = current.get()
    if changes is not None:
        if len(changes.certain) < MAX_ITEMS:
            changes.certain.append(change)
    elif configuration().recording:
        never_raise(lambda: append(entry_of_change(change)))


def take_down_sweep(deleted: Deleted) -> None:
    if deleted.swept and configuration().recording:
        swept = Sweep(deleted.swept, timezone.now())
        never_raise(lambda: append(Entry(at=deleted.since, server=configuration().name, record=swept)))


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
