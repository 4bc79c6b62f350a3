"""The panel of one page, whole: the context of its template."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError

from shared.journal.models import Entry
from shared.panel.changed import lost_row, step_of, summary
from shared.panel.history import origin_of, since_the_page_before
from shared.panel.kept import what_is_kept
from shared.panel.sent import what_was_sent


def parts_of(exchange: Entry) -> dict[str, Any]:
    """The three parts, and the bar that sums them up. ``exchange`` is the one that the page is the response of."""
    page_before, entries, began, keyed = None, [exchange], None, None
    unread = why_unread(exchange)
    if not unread:
        try:
            page_before, entries = since_the_page_before(exchange)
            began, keyed = origin_of(exchange)
        except DatabaseError:
            unread = "The journal cannot be read: only this response is known, not what led here."
    steps = [*lost_row(page_before, entries), *map(step_of, entries)]
    return {
        "here": settings.SERVER,
        **what_was_sent(exchange.content),
        **what_is_kept(exchange.content, exchange.at),
        "began": began,
        "keyed": keyed if keyed != began else None,
        "steps": steps,
        "summary": summary(steps),
        "unread": unread,
    }


def why_unread(exchange: Entry) -> str:
    """Why the journal cannot tell what led to this exchange; empty where it can."""
    if not settings.RECORDING:
        return "The recorder is off (LAB_RECORDER=off): only this response is known, not what led here."
    if exchange.pk is None:
        return "The journal cannot be written just now: only this response is known, not what led here."
    return ""
