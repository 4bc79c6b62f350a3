"""News of the journal as server-sent events (HTML standard, section 9.2): that something is new, not what."""

import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError, connections

from shared.inspector.recorded import state_of_journal
from shared.journal.file import close_if_replaced
from shared.journal.router import JOURNAL

PAUSE = 0.05  # seconds between two looks
STILL_HERE = 5.0  # seconds of silence after which a sign of life finds out whether anybody listens
MOST = 50  # listeners: each holds a thread

listeners = threading.BoundedSemaphore(MOST)


def news(seen: str) -> Iterator[str]:
    """An event whenever the journal's state is another than the one that the listener has seen.

    Who comes when too many listen is sent away, and told when to come again.
    """
    if not listeners.acquire(blocking=False):
        yield "retry: 5000\n\n"
        return
    try:
        yield from news_for_ever(seen)
    finally:
        listeners.release()
        connections[JOURNAL].close()


def news_for_ever(seen: str) -> Iterator[str]:
    yield "retry: 1000\n\n"  # at once: until something comes, a browser does not know that it is connected
    said = time.monotonic()
    while True:
        state = state_now()
        if state != seen:
            seen, said = state, time.monotonic()
            yield f"id: {state}\ndata: news\n\n"
        elif time.monotonic() - said > STILL_HERE:
            said = time.monotonic()
            yield ": still here\n\n"
        time.sleep(PAUSE)


def state_now() -> str:
    """The state, also of a journal that was just deleted."""
    try:
        close_if_replaced()
        return state_of_journal()
    except DatabaseError:
        return "none"
