"""Whether the browser was closed no server can see: a person says so. What the servers see afterwards is checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.text import get_text_list

from lab.inspector.first_steps.evidence import session_cookie_sent, session_cookie_set
from lab.inspector.first_steps.traffic import Traffic
from lab.servers import IDENTITY
from session_inspector.explain.cookies import age_in
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.statement import Statement, resting_on
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant


class Found(StrEnum):
    """What became of the session cookie of one server; the value is said of it."""

    KEPT = "the same key as before. Its cookie has a lifetime."
    GONE = "its cookie came no more."
    RESTORED = "the same key as before, though its cookie ends with the browser. Session restore brings it back."
    SAME_KEY = "the same key as before."
    ANOTHER_KEY = "another key than before."


@dataclass(frozen=True)
class Check:
    """``found`` is None where the server was not asked yet."""

    server: Participant
    found: Found | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_of_identity(self) -> bool:
        return self.server.name == IDENTITY.name


def in_words(checks: Sequence[Check]) -> list[Statement]:
    """One for each server that was asked, one for all others together."""
    asked = [check for check in checks if check.found]
    said = [Statement(f"{check.server.capital}: {check.found}", check.entries) for check in asked]
    missing = [check.server.title for check in checks if not check.found]
    return [*said, Statement(f"Not asked yet: {get_text_list(missing, 'and')}.")] if missing else said


def checks_of(traffic: Traffic) -> list[Check]:
    """Of each server that had a session for the browser; none before somebody has said that it was closed."""
    closed = traffic.closed
    checks = (check_of(column, closed.entry) for column in traffic.columns) if closed else ()
    return [check for check in checks if check]


def check_of(column: Column, closed: int) -> Check | None:
    """The first request after that entry beside the last one before; None where the browser had no session there.

    Who asks the server first and says afterwards that the browser was closed is understood, too: where its cookie was
    missing already, it came no more.
    """
    before = [entry for entry in column.requests if entry.id <= closed]
    after = next((entry for entry in column.requests if entry.id > closed), None)
    kept = next((entry for entry in reversed(before) if entry.exchange.after), None)
    if kept is None:
        return None
    asked = next((entry for entry in before if entry.id > kept.id), after)
    if asked is None:
        return Check(column.server)
    if asked.id <= closed and session_cookie_sent(asked.exchange):
        return None  # that request has ended the session
    return Check(column.server, what_came(column, kept, asked), resting_on([kept, asked]))


def what_came(column: Column, kept: Entry, asked: Entry) -> Found:
    sent, row = session_cookie_sent(asked.exchange), kept.exchange.after
    if sent is None:
        return Found.GONE
    if row is None or sent.value != row.key:
        return Found.ANOTHER_KEY
    told = [
        cookie for entry in column.requests if entry.id <= kept.id and (cookie := session_cookie_set(entry.exchange))
    ]
    if not told:
        return Found.SAME_KEY
    attributes = told[-1].attributes
    has_lifetime = age_in(attributes) is not None or "expires" in attributes
    return Found.KEPT if has_lifetime else Found.RESTORED


def still_signed_in(traffic: Traffic) -> Iterator[Statement]:
    """Once Identity and a site were asked, as far as the browser had a session there."""
    checks = checks_of(traffic)
    asked = [check for check in checks if check.found]
    is_identity_left = any(check.is_of_identity and not check.found for check in checks)
    if is_identity_left or all(check.is_of_identity for check in asked):
        return
    entries = resting_on(entry for check in asked for entry in check.entries)
    yield Statement("You said that you closed the browser, and the servers were asked since.", entries)
