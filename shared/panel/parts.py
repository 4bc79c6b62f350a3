"""The panel of one page, whole: the context of its template."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError

from shared.journal.models import Entry
from shared.panel.changed import another_row, step_of, summary
from shared.panel.history import began, key_since, since_the_page_before
from shared.panel.kept import what_is_kept
from shared.panel.sent import what_was_sent


def parts_of(exchange: Entry) -> dict[str, Any]:
    """The three parts, and the bar that sums them up. ``exchange`` is the one that the page is the response of."""
    page_before, entries, keyed, beginning = None, [exchange], None, None
    unread = why_unread(exchange)
    if not unread:
        try:
            page_before, entries = since_the_page_before(exchange)
            keyed = key_since(exchange.server, exchange.set_key)
            beginning = began(keyed)
        except DatabaseError:
            unread = "The journal cannot be read: only this response is known, not what led here."
    steps = [*another_row(page_before, entries), *map(step_of, entries)]
    return {
        "here": settings.SERVER,
        "listens": exchange.set_key if settings.RECORDING else "",
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
    if not settings.RECORDING:
        return "The recorder is off (LAB_RECORDER=off): only this response is known, not what led here."
    if exchange.pk is None:
        return "This exchange waits to be written into the journal: only this response is known, not what led here."
    return ""
