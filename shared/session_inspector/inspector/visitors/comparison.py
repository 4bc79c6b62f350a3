"""Two visitors beside each other: two browsers, or a normal and a private window of one."""

from typing import Any

from session_inspector.inspector.observed.server_state import Column, columns_of
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.inspector.seen import Seen
from session_inspector.journal.participants import participants


def compared(seen: Seen) -> dict[str, Any]:
    """For each server a row, in it for each visitor the session cookie, the row, and who that is."""
    columns = {one: seen.columns if one == seen.visitor else columns_of(one, seen.now) for one in seen.known}
    rows = [(server, [of_one[place] for of_one in columns.values()]) for place, server in enumerate(participants())]
    return {"rows": rows, "sentence": sentence_of(columns)}


def sentence_of(columns: dict[Visitor, list[Column]]) -> str:
    if not columns:
        return "No browser has a cookie yet."
    if len(columns) == 1:
        return "One browser so far. A private window would be a second one."
    keys = [
        (visitor, column.session_cookie.cookie.value)
        for visitor, of_one in columns.items()
        for column in of_one
        if column.session_cookie
    ]
    if len({key for _, key in keys}) < len(keys):
        return "Two of these hold the same key: to that server they are one."
    return f"{len(columns)} jars of cookies, no key in common: to every server they are different browsers."
