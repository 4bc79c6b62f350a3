"""Keep an entry: the one way into the journal."""

import logging
import threading
import time
from collections import deque

from django.db import DatabaseError, OperationalError

from shared.journal.file import close_if_replaced, is_damaged, make_table_if_missing, put_aside
from shared.journal.models import Entry
from shared.journal.whose import say_whose

MOST_ENTRIES = 100_000
TRIM_EVERY = 500
LONGEST_WAIT = 0.01  # seconds for another thread of this server; for another server, as long as the settings say
LONGEST_WORK = 0.01  # seconds that one request spends on what others had to leave
LONGEST_WORK_OF_ONES_OWN = 0.05  # and on its own: a command may change many rows
REST = 0.2  # seconds after a failure in which nobody tries again: a sign-in keeps several entries, and waits once
PATIENCE = 1.0  # seconds of failing that are no news: a busy machine

logger = logging.getLogger(__name__)
waiting: deque[Entry] = deque(maxlen=1000)
writing = threading.Lock()
resting_until = 0.0
failing_since: float | None = None
has_warned = False


def keep(*entries: Entry) -> None:
    """Write the entries, and those that had to wait before them.

    Never fails and never waits long. What cannot be written now goes with the next; a journal that stays unwritable is
    one warning in the log, and one more only after it could be written again.
    """
    waiting.extend(entries)
    if time.monotonic() < resting_until or not writing.acquire(timeout=LONGEST_WAIT):
        return
    try:
        close_if_replaced()
        write_waiting(own=len(entries))
    except DatabaseError as error:
        note_failure(error)
        repair_after(error)
    else:
        note_success()
    finally:
        writing.release()


def write_waiting(own: int) -> None:
    """Each statement holds the database's lock for itself alone: between two, a thread may have to wait for its turn,
    and all three servers would wait with it."""
    started = time.monotonic()
    while waiting and time.monotonic() - started < (LONGEST_WORK_OF_ONES_OWN if len(waiting) <= own else LONGEST_WORK):
        entry = waiting.popleft()
        try:
            say_whose(entry)
            entry.save(force_insert=True)
        except OperationalError:
            waiting.appendleft(entry)
            raise
        if entry.pk % TRIM_EVERY == 0:
            Entry.objects.filter(pk__lte=entry.pk - MOST_ENTRIES).delete()


def note_failure(error: DatabaseError) -> None:
    global resting_until, failing_since, has_warned
    now = time.monotonic()
    resting_until = now + REST
    if failing_since is None:
        failing_since = now
    if not has_warned and now - failing_since >= PATIENCE:
        logger.warning("The journal cannot be written, so nothing is recorded: %s", error)
        has_warned = True


def repair_after(error: DatabaseError) -> None:
    """Make a table in a new file; give up a file that stays damaged."""
    if not is_damaged(error):
        return
    try:
        make_table_if_missing()
    except DatabaseError:
        if has_warned:
            put_aside()


def note_success() -> None:
    global failing_since, has_warned
    failing_since, has_warned = None, False
