"""Two visitors beside each other: two browsers, or a normal and a private window of one."""

from dataclasses import dataclass

from session_inspector.inspector.observed.cookie_jar import Held
from session_inspector.inspector.observed.queries import visitors_lately
from session_inspector.inspector.observed.server_state import Column, columns_of_each
from session_inspector.inspector.seen import Seen
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.inspector.visitors.joins import JoinedVisitor, joined_visitors
from session_inspector.journal.participants import participants
from session_inspector.participant import Participant


@dataclass(frozen=True)
class ServerRow:
    """One server, with what it knows of each visitor."""

    server: Participant
    columns: list[Column]


ONLY_OWN = Statement("Your own browser. Other visitors are not shown to you.")


@dataclass(frozen=True)
class Comparison:
    sentence: Statement
    rows: list[ServerRow]
    joins: list[JoinedVisitor]


def compared(seen: Seen) -> Comparison:
    columns = columns_of_each(seen.visitors, seen.now)
    are_more = len(visitors_lately()) > len(seen.visitors)
    rows = [ServerRow(server, [of_one[place] for of_one in columns]) for place, server in enumerate(participants())]
    sentence = sentence_of(columns, are_more) if seen.sees_all else ONLY_OWN
    return Comparison(sentence, rows, joined_visitors(seen.visitors))


def sentence_of(columns: list[list[Column]], are_more: bool) -> Statement:
    held = [one.session_cookie for of_one in columns for one in of_one if one.session_cookie]
    return Statement(of_keys(columns, held, are_more), resting_on(one.newest for one in held), Rule.COOKIES)


def of_keys(columns: list[list[Column]], held: list[Held], are_more: bool) -> str:
    if not columns:
        return "No browser has a cookie yet."
    if len(columns) == 1:
        return "One browser so far. A private window would be a second one."
    if len({one.cookie.value for one in held}) < len(held):
        return "Two of these have the same key: that server takes them for one."
    newest = "The newest " if are_more else ""
    return f"{newest}{len(columns)} visitors, no key in common: no server takes one of them for another."
