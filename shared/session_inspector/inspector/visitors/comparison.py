"""Two visitors beside each other: two browsers, or a normal and a private window of one."""

from typing import Any

from session_inspector.inspector.observed.cookie_jar import Held
from session_inspector.inspector.observed.queries import visitors_lately
from session_inspector.inspector.observed.server_state import Column, columns_of
from session_inspector.inspector.seen import Seen
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.inspector.visitors.joins import joined
from session_inspector.journal.participants import participants


def compared(seen: Seen) -> dict[str, Any]:
    """For each server a row, in it for each visitor the session cookie, the row, and who that is."""
    columns = [columns_of(one, seen.now) for one in seen.visitors]
    rows = [(server, [of_one[place] for of_one in columns]) for place, server in enumerate(participants())]
    joins = [(one, joined(one)) for one in seen.visitors]
    return {
        "rows": rows,
        "sentence": sentence_of(columns, len(visitors_lately()) > len(seen.visitors)),
        "joins": [one for one in joins if one[1]],
    }


def sentence_of(columns: list[list[Column]], are_more: bool) -> Statement:
    held = [one.session_cookie for of_one in columns for one in of_one if one.session_cookie]
    return Statement(of_keys(columns, held, are_more), resting_on(one.newest for one in held), Rule.COOKIES)


def of_keys(columns: list[list[Column]], held: list[Held], are_more: bool) -> str:
    if not columns:
        return "No browser has a cookie yet."
    if len(columns) == 1:
        return "One browser so far. A private window would be a second one."
    if len({one.cookie.value for one in held}) < len(held):
        return "Two of these hold the same key: to that server they are one."
    newest = "The newest " if are_more else ""
    return f"{newest}{len(columns)} visitors, no key in common: no server takes one of them for another."
