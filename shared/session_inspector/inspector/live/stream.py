"""What is new in the journal, as server-sent events (HTML standard, section 9.2).

For pages of the inspector: that something is new, not what. For pages of the servers: that their session was ended.
"""

import json
import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError

from session_inspector.inspector.observed.queries import state_of_journal, what_became_of
from session_inspector.journal.queries import newest_id
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant

PAUSE = 0.05  # seconds between two looks
HEARTBEAT_INTERVAL = 5.0  # seconds of silence after which a sign of life finds out whether anybody listens
MAX_LISTENERS = 50  # each holds a thread

listeners = threading.BoundedSemaphore(MAX_LISTENERS)


def heard(events: Iterator[str]) -> Iterator[str]:
    """The events, and a sign of life where there is none for long; ``""`` is a look at which nothing was new.

    Above ``MAX_LISTENERS`` streams it closes at once, with ``retry:``.
    """
    if not listeners.acquire(blocking=False):
        yield "retry: 5000\n\n"
        return
    try:
        yield "retry: 1000\n\n"  # at once: until something comes, a browser does not know that it is connected
        said = time.monotonic()
        for event in events:
            if not event and time.monotonic() - said > HEARTBEAT_INTERVAL:
                event = ": still here\n\n"
            if event:
                said = time.monotonic()
                yield event
            else:
                time.sleep(PAUSE)
    finally:
        listeners.release()


def news(seen: str) -> Iterator[str]:
    """An event whenever the journal's state is another than the one that the listener has seen."""
    while True:
        state = state_now()
        yield f"id: {state}\ndata: news\n\n" if state != seen else ""
        seen = state


def end_of(server: Participant, fingerprint: str) -> Iterator[str]:
    """One event, when the session with that fingerprint of its key is ended by something that did not come with it:
    be it before anybody listened. The key may change meanwhile."""
    seen = 0
    while True:
        became, seen = look(server, fingerprint, seen)
        if became and became.is_change:
            by = "logout token" if became.change.is_by_logout_token else "somebody"
            yield f"data: {json.dumps({'at': became.at.isoformat(), 'by': by})}\n\n"
            return
        if became:
            fingerprint, seen = became.set_key, became.id
        yield ""


def look(server: Participant, fingerprint: str, seen: int) -> tuple[Entry | None, int]:
    """What became of that key after an entry, and the newest entry of all: nothing new is nothing to ask."""
    try:
        newest = newest_id()
        return what_became_of(server.name, fingerprint, seen) if newest != seen else None, newest
    except DatabaseError:
        return None, seen


def state_now() -> str:
    """The state, also of a journal that was just deleted."""
    try:
        return state_of_journal()
    except DatabaseError:
        return "none"
