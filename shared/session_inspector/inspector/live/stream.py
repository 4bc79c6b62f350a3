"""What is new in the journal, as server-sent events (HTML standard, section 9.2).

For pages of the inspector: that something is new, not what. For pages of the servers: that their session is over.
"""

import json
import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError

from session_inspector.explain.sessions import goes_on
from session_inspector.inspector.observed.queries import expired, state_of_journal, what_became_of
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
    """One event, when the session with that fingerprint of its key is over, be it before anybody listened: at which
    time, and by what. The key may change meanwhile."""
    seen = 0
    while True:
        became, seen = look(server, fingerprint, seen)
        if became and goes_on_with(became):
            fingerprint, seen = became.set_key, became.id
        elif became:
            yield f"data: {json.dumps({'at': became.at.isoformat(), 'by': ended_by(became)})}\n\n"
            return
        yield ""


def goes_on_with(became: Entry) -> bool:
    """Whether the session only got another key."""
    is_another = became.is_exchange and became.set_key not in ("", became.sent_key)
    return is_another and goes_on(became.exchange, became.at)


def ended_by(became: Entry) -> str:
    """``own key``: a request that carried it, as another tab of the same browser sends it."""
    if not became.is_change:
        return "own key"
    return "logout token" if became.change.is_by_logout_token else "somebody"


def look(server: Participant, fingerprint: str, seen: int) -> tuple[Entry | None, int]:
    """What became of that key after an entry, and the newest entry of all: nothing new is nothing to ask."""
    try:
        newest = newest_id()
        if newest == seen:
            return None, newest
        return what_became_of(server.name, fingerprint, seen) or expired(server.name, fingerprint, seen), newest
    except DatabaseError:
        return None, seen


def state_now() -> str:
    """The state, also of a journal that was just deleted."""
    try:
        return state_of_journal()
    except DatabaseError:
        return "none"
