"""The panel of one page, whole: the context of its template."""

from typing import Any

from django.db import DatabaseError

from session_inspector.configuration import configuration
from session_inspector.explain.values import of_unreadable
from session_inspector.journal.queries import noting_what_is_unreadable
from session_inspector.journal.schema import Entry
from session_inspector.panel.changed import another_row, step_of, summary
from session_inspector.panel.history import began, key_since, since_the_page_before
from session_inspector.panel.kept import what_is_kept
from session_inspector.panel.sent import what_was_sent
from session_inspector.participants import here


def parts_of(exchange: Entry) -> dict[str, Any]:
    """The three parts, and the bar that sums them up. ``exchange`` is the one that the page is the response of."""
    page_before, entries, keyed, beginning = None, [exchange], None, None
    unread = why_unread(exchange)
    if not unread:
        try:
            with noting_what_is_unreadable() as unreadable:
                page_before, entries = since_the_page_before(exchange)
                keyed = key_since(exchange.server, exchange.set_key)
                beginning = began(keyed)
            unread = of_unreadable(len(unreadable))
        except DatabaseError:
            unread = "The journal cannot be read: only this response is known, not what led here."
    steps = [*another_row(page_before, entries), *map(step_of, entries)]
    return {
        "here": here(),
        "inspector": configuration().inspector,
        "fingerprint": exchange.set_key if configuration().recording else "",
        **what_was_sent(exchange.content),
        **what_is_kept(exchange.content, exchange.at),
        "began": beginning,
        "keyed": keyed if keyed != beginning else None,
        "steps": steps,
        "summary": summary(steps),
        "unread": unread,
    }


def why_unread(exchange: Entry) -> str:
    """Why the journal cannot tell what led to this exchange; empty where it can."""
    if not configuration().recording:
        return "The recorder is off: only this response is known, not what led here."
    if not exchange.id:
        return "This exchange waits to be written into the journal: only this response is known, not what led here."
    return ""
