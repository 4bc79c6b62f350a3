"""The panel of one page, whole: the context of its template."""

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from session_inspector.configuration import configuration
from session_inspector.explain.values import of_unreadable
from session_inspector.inspector_address import base_for, page_for
from session_inspector.journal.participants import of_one, one_roll, recent_roll, roll
from session_inspector.journal.queries import noting_what_is_unreadable
from session_inspector.journal.schema import Entry, Store
from session_inspector.panel.changed import another_row, changed_in, step_of, summary
from session_inspector.panel.history import began, key_since, since_the_page_before
from session_inspector.panel.kept import what_is_kept
from session_inspector.panel.sent import what_was_sent
from session_inspector.this_participant import this_participant


def parts_of(exchange: Entry) -> dict[str, Any]:
    """The three parts, and the bar that sums them up. ``exchange`` is the one that the page is the response of."""
    unread = why_unread(exchange)
    if unread:
        return parts_without_journal(exchange, unread)
    try:
        with noting_what_is_unreadable() as unreadable, one_roll(recent_roll()):
            page_before, entries = since_the_page_before(exchange)
            keyed = key_since(exchange.server, exchange.set_key)
            history = History(page_before, entries, keyed, began(keyed))
            return parts_with(history, exchange, of_unreadable(len(unreadable)))
    except DatabaseError:
        unread = "The journal cannot be read: only this response is known, not what led here."
        return parts_without_journal(exchange, unread)


@dataclass(frozen=True)
class History:
    """What led to a page: the page before, what came since, and the exchanges that gave the session its key and began
    it."""

    page_before: Entry | None
    entries: list[Entry]
    keyed: Entry | None = None
    began: Entry | None = None


def is_listening(exchange: Entry) -> bool:
    """Whether the page can be told that its session has ended: one that is in the cookie itself nobody else ends."""
    return configuration().is_recording and exchange.exchange.stored_as is not Store.COOKIE


def parts_without_journal(exchange: Entry, unread: str) -> dict[str, Any]:
    """Of nobody but this server itself anything is known."""
    with one_roll(of_one(this_participant())):
        return parts_with(History(None, [exchange]), exchange, unread)


def parts_with(history: History, exchange: Entry, unread: str) -> dict[str, Any]:
    here = roll().writer_of(exchange)
    steps = [*another_row(history.page_before, history.entries), *map(step_of, history.entries)]
    return {
        "here": here,
        "inspector": base_for(exchange.jar),
        "entry": exchange,
        "page_of_visitor": page_for(exchange.jar),
        "fingerprint": exchange.set_key if is_listening(exchange) else "",
        **what_was_sent(exchange.exchange, here),
        **what_is_kept(exchange.exchange, exchange.at, changed_in(steps)),
        "began": history.began,
        "keyed": history.keyed if history.keyed != history.began else None,
        "steps": steps,
        "summary": summary(steps),
        "unread": unread,
    }


def why_unread(exchange: Entry) -> str:
    """Why the journal cannot tell what led to this exchange; empty where it can."""
    if not configuration().is_recording:
        return "The recorder is off: only this response is known, not what led here."
    if not exchange.id:
        return "This exchange waits to be written into the journal: only this response is known, not what led here."
    return ""
