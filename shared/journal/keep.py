"""Keep an entry: the one way into the journal."""

import logging
import secrets
import threading
import time
from collections import deque

from django.db import DatabaseError, OperationalError

from shared.journal.models import Entry

MOST_ENTRIES = 100_000
TRIM_EVERY = 500
MOST_LOOKED_AT = 50  # entries of one journey; a sign-in has about twelve
LONGEST_WAIT = 0.03  # seconds for another thread of this server; for another server, 0.05 by the settings
LONGEST_WORK = 0.02  # seconds that one request spends on what others had to leave
PATIENCE = 1.0  # seconds of failing that are no news: a busy machine

logger = logging.getLogger(__name__)
waiting: deque[Entry] = deque(maxlen=1000)
writing = threading.Lock()
failing_since: float | None = None
has_warned = False


def keep(*entries: Entry) -> None:
    """Write the entries, and those that had to wait before them.

    Never fails and never waits long. What cannot be written now goes with the next; a journal that stays unwritable is
    one warning in the log, and one more only after it could be written again.
    """
    waiting.extend(entries)
    if not writing.acquire(timeout=LONGEST_WAIT):
        return
    try:
        write_waiting()
    except DatabaseError as error:
        note_failure(error)
    else:
        note_success()
    finally:
        writing.release()


def write_waiting() -> None:
    """Each statement holds the database's lock for itself alone: between two, a thread may have to wait for its turn,
    and all three servers would wait with it."""
    deadline = time.monotonic() + LONGEST_WORK
    while waiting and time.monotonic() < deadline:
        entry = waiting.popleft()
        try:
            entry.visitor = visitor_of(entry)
            entry.save(force_insert=True)
        except OperationalError:
            waiting.appendleft(entry)
            raise
        if entry.pk % TRIM_EVERY == 0:
            Entry.objects.filter(pk__lte=entry.pk - MOST_ENTRIES).delete()


def note_failure(error: DatabaseError) -> None:
    global failing_since, has_warned
    failing_since = failing_since or time.monotonic()
    if not has_warned and time.monotonic() - failing_since >= PATIENCE:
        logger.warning("The journal cannot be written, so nothing is recorded: %s", error)
        has_warned = True


def note_success() -> None:
    global failing_since, has_warned
    failing_since, has_warned = None, False


def visitor_of(entry: Entry) -> str:
    """The visitor who had the entry's cookies before, or whose journey it is; a new one if nobody had.

    Two jars that turn out to be one become one. An entry with neither cookie nor journey is nobody's: empty.
    """
    known = sorted({had_cookies_before(entry), *took_part_in(entry.journey)} - {""})
    if len(known) > 1:
        Entry.objects.filter(visitor__in=known[1:]).update(visitor=known[0])
    if known:
        return known[0]
    return secrets.token_hex(4) if entry.sent_key or entry.set_key or entry.csrf or entry.journey else ""


def had_cookies_before(entry: Entry) -> str:
    """The newest entry decides: all that share a cookie share a visitor."""
    traces = [("sent_key", entry.sent_key), ("set_key", entry.sent_key), ("csrf", entry.csrf)]
    traces += [("set_key", entry.set_key)]
    for field, print_ in traces:
        if print_:
            same = Entry.objects.filter(server=entry.server, **{field: print_}).order_by("-pk")
            if visitor := same.values_list("visitor", flat=True).first():
                return visitor
    return ""


def took_part_in(journey: str) -> list[str]:
    """Two servers that see a journey at the same instant may each take it for a new visitor's."""
    if not journey:
        return []
    return Entry.objects.filter(journey=journey).order_by("-pk").values_list("visitor", flat=True)[:MOST_LOOKED_AT]
