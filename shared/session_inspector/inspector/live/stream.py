"""What is new in the journal, as server-sent events (HTML standard, section 9.2).

For pages of the inspector: that something is new, not what. For pages of the servers: that their session is over.
"""

import json
import time
from collections.abc import Iterator
from typing import Protocol

from django.db import DatabaseError

from session_inspector.explain.sessions import goes_on
from session_inspector.inspector.live.watch import Change, watch
from session_inspector.inspector.observed.queries import expired, state_of_journal, what_became_of
from session_inspector.inspector.viewer import Viewer, renewed, viewing
from session_inspector.journal.queries import newest_id
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant

HEARTBEAT_INTERVAL = 5.0  # seconds of silence after which a sign of life finds out whether anybody listens


class Subject(Protocol):
    """What somebody listens for. ``event`` looks, and is empty where nothing is new. After the last one, ``is_last``
    is true."""

    is_last: bool

    def concerns(self, change: Change) -> bool: ...
    def event(self) -> str: ...


def events_of(subject: Subject) -> Iterator[str]:
    """The events of a subject, and a sign of life where there is none for long, until the listener leaves."""
    with watch.listening(subject.concerns) as listener:
        yield "retry: 1000\n\n"  # at once: until something comes, a browser does not know that it is connected
        said = time.monotonic()
        while not subject.is_last:
            event = subject.event()
            if not event and time.monotonic() - said > HEARTBEAT_INTERVAL:
                event = ": still here\n\n"
            if event:
                said = time.monotonic()
                yield event
            else:
                listener.sleep(HEARTBEAT_INTERVAL)


class News:
    """For one viewer: that the journal's state is another than the one that the listener has seen."""

    is_last = False

    def __init__(self, one: Viewer, seen: str):
        self.one, self.seen = one, seen

    def concerns(self, change: Change) -> bool:
        return self.one.sees_all or self.one.visitor in change.visitors

    def event(self) -> str:
        before, self.seen = self.seen, self.state()
        return f"id: {self.seen}\ndata: news\n\n" if self.seen != before else ""

    def state(self) -> str:
        """The state, also of a journal that was just deleted."""
        try:
            self.one = renewed(self.one)
            with viewing(self.one):
                return state_of_journal()
        except DatabaseError:
            return "none"


class EndOfSession:
    """One event, when the session with that fingerprint of its key is over, be it before anybody listened: at which
    time, and by what. The key may change meanwhile."""

    def __init__(self, one: Viewer, server: Participant, fingerprint: str):
        self.one, self.server, self.fingerprint = one, server, fingerprint
        self.seen = self.looked_up_to = 0
        self.is_last = False

    def concerns(self, change: Change) -> bool:
        return (self.server.name, self.fingerprint) in change.keys

    def event(self) -> str:
        while became := self.look():
            if not goes_on_with(became):
                self.is_last = True
                return f"data: {json.dumps({'at': became.at.isoformat(), 'by': ended_by(became)})}\n\n"
            self.fingerprint, self.seen, self.looked_up_to = became.set_key, became.id, 0
        return ""

    def look(self) -> Entry | None:
        """What became of the key since: nothing new is nothing to ask."""
        try:
            newest = newest_id()
            if newest == self.looked_up_to:
                return None
            self.one = renewed(self.one)
            with viewing(self.one):
                name, key = self.server.name, self.fingerprint
                found = what_became_of(name, key, self.seen) or expired(name, key, self.seen)
            self.seen = self.looked_up_to = newest
            return found
        except DatabaseError:
            return None


def goes_on_with(became: Entry) -> bool:
    """Whether the session only got another key."""
    is_another = became.is_exchange and became.set_key not in ("", became.sent_key)
    return is_another and goes_on(became.exchange, became.at)


def ended_by(became: Entry) -> str:
    """``own key``: a request that carried it, as another tab of the same browser sends it."""
    if not became.is_change:
        return "own key"
    return "logout token" if became.change.is_by_logout_token else "somebody"
