"""Session changes that no exchange of the session's own browser caused: a row that a command or somebody else's request
made, changed or deleted. Seen where rows are Django's ``Session`` (engines ``db`` and ``cached_db``)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from shared.journal.keep import keep
from shared.journal.models import Entry
from shared.recorder.exchange import row_of
from shared.recorder.session import Row, store
from shared.recorder.watch import watched
from shared.redaction import MOST, fingerprint


@dataclass(frozen=True)
class Change:
    """What happened to a row: ``made``, ``changed`` or ``deleted``. ``data`` is as the table holds it."""

    what: str
    key: str
    data: str
    expires: datetime
    at: datetime = field(default_factory=timezone.now)


# What the exchange that this thread is in the middle of has changed; None outside any.
current: ContextVar[list[Change] | None] = ContextVar("current", default=None)


@contextmanager
def collected() -> Iterator[list[Change]]:
    """The changes made within, at most ``MOST``."""
    changes: list[Change] = []
    token = current.set(changes)
    try:
        yield changes
    finally:
        current.reset(token)


def note_saved(sender, instance: Session, created: bool, **kwargs) -> None:
    note("made" if created else "changed", instance)


def note_deleted(sender, instance: Session, **kwargs) -> None:
    note("deleted", instance)


def note(what: str, row: Session) -> None:
    """Take the change down once it is certain: a transaction may yet undo it."""
    change = Change(what, row.session_key, row.session_data, row.expire_date)
    transaction.on_commit(partial(take_down, change), robust=True)


def take_down(change: Change) -> None:
    changes = current.get()
    if changes is not None:
        if len(changes) < MOST:
            changes.append(change)
    elif settings.RECORDING:
        watched(lambda: keep(entry_of_change(change)))


def others(changes: list[Change], own: set[str]) -> list[Entry]:
    """The changes of rows whose keys are not the exchange's ``own``, and that were not made and deleted within it."""
    made, deleted = ({change.key for change in changes if change.what == what} for what in ("made", "deleted"))
    return [entry_of_change(change) for change in changes if change.key not in own | (made & deleted)]


def entry_of_change(change: Change) -> Entry:
    print_ = fingerprint(change.key)
    return Entry(
        at=change.at,
        server=settings.SERVER.name,
        kind=Entry.Kind.SESSION_CHANGE,
        sent_key=print_,
        set_key="" if change.what == "deleted" else print_,
        content={"what": change.what, "row": row_of(Row(change.key, store()().decode(change.data), change.expires))},
    )
