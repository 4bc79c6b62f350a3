"""Append entries to the journal: the one way in."""

import logging
import threading
import time
from collections import deque

from django.db import DatabaseError

from session_inspector.journal.attribution import Attribution, attribute, record_joins
from session_inspector.journal.database import is_damaged, may_pass, put_aside, transaction
from session_inspector.journal.joins import forget_oldest
from session_inspector.journal.participants import announce, number_of
from session_inspector.journal.queries import add, forget_up_to
from session_inspector.journal.schema import Entry
from session_inspector.this_participant import this_participant

MAX_ENTRIES = 100_000
TRIM_EVERY = 500
TURN_TIMEOUT = 0.01  # seconds for another thread of this server; for another server, as long as the settings say
WORK_TIMEOUT = 0.01  # seconds that one request spends on what others had to leave
OWN_WORK_TIMEOUT = 0.05  # and on its own: a command may change many rows
RETRY_PAUSE = (
    0.2  # seconds after a failure in which nobody tries again: a sign-in keeps several entries, and waits once
)
FAILURE_TIMEOUT = 1.0  # seconds of failing that are no news: a busy machine

logger = logging.getLogger(__name__)
waiting: deque[Entry] = deque(maxlen=1000)
writing = threading.Lock()
resting_until = 0.0
failing_since: float | None = None
has_warned = False


def append(*entries: Entry) -> None:
    """Write the entries, and those that had to wait before them.

    Never fails and never waits long. What cannot be written now goes with the next; a journal that stays unwritable is
    one warning in the log, and one more only after it could be written again.
    """
    waiting.extend(entries)
    if time.monotonic() < resting_until or not writing.acquire(timeout=TURN_TIMEOUT):
        return
    try:
        write_waiting(own=len(entries))
    except DatabaseError as error:
        note_failure(error)
        if is_damaged(error) and has_warned:
            put_aside()
    else:
        note_success()
    finally:
        writing.release()


def write_waiting(own: int) -> None:
    """Each statement holds the database's lock for itself alone: between two, a thread may have to wait for its turn,
    and all servers would wait with it."""
    started = time.monotonic()
    while waiting and time.monotonic() - started < (OWN_WORK_TIMEOUT if len(waiting) <= own else WORK_TIMEOUT):
        entry = waiting.popleft()
        try:
            says = this_participant()
            entry.participant = announce(says) if entry.is_exchange else number_of(says)
            found = attribute(entry)
            write(entry, found)
        except DatabaseError as error:
            if may_pass(error):
                waiting.appendleft(entry)
            raise
        if entry.id % TRIM_EVERY == 0:
            forget_up_to(entry.id - MAX_ENTRIES)
            forget_oldest()


def write(entry: Entry, found: Attribution) -> None:
    """The entry with what it has told of its jar: both or none."""
    if not found.tells_anything:
        add(entry)
        return
    try:
        with transaction():
            add(entry)
            record_joins(entry, found)
    except DatabaseError:
        entry.id = 0
        raise


def note_failure(error: DatabaseError) -> None:
    global resting_until, failing_since, has_warned
    now = time.monotonic()
    resting_until = now + RETRY_PAUSE
    if failing_since is None:
        failing_since = now
    if not has_warned and now - failing_since >= FAILURE_TIMEOUT:
        logger.warning("The journal cannot be written, so nothing is recorded: %s", error)
        has_warned = True


def note_success() -> None:
    global failing_since, has_warned
    failing_since, has_warned = None, False
