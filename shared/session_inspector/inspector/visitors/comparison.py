"""Two visitors beside each other: two browsers, or a normal and a private window of one."""

from datetime import datetime
from typing import Any

from session_inspector.inspector.observed.server_state import Column, column_of
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.participant import Participant
from session_inspector.participants import participants


def compared(known: list[Visitor], now: datetime) -> dict[str, Any]:
    """For each server a row, in it for each visitor the session cookie, the row, and who that is."""
    columns = {visitor: {server: column_of(visitor, server, now) for server in participants()} for visitor in known}
    rows = [(server, [columns[visitor][server] for visitor in known]) for server in participants()]
    return {"rows": rows, "sentence": sentence_of(known, columns)}


def sentence_of(known: list[Visitor], columns: dict[Visitor, dict[Participant, Column]]) -> str:
    if not known:
        return "No browser has a cookie yet."
    if len(known) == 1:
        return "One browser so far. A private window would be a second one."
    keys = [
        (visitor, column.session_cookie.cookie["value"]["print"])
        for visitor in known
        for column in columns[visitor].values()
        if column.session_cookie
    ]
    if len({print_ for _, print_ in keys}) < len(keys):
        return "Two of these hold the same key: to that server they are one."
    return f"{len(known)} jars of cookies, no key in common: to every server they are different browsers."
