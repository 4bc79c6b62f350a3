"""Keep an entry: the one way into the journal."""

import logging
import secrets

from django.db import DatabaseError, transaction
from django.db.models import Q

from shared.journal.models import Entry
from shared.journal.router import JOURNAL

MOST_ENTRIES = 100_000
TRIM_EVERY = 500

logger = logging.getLogger(__name__)
has_warned = False


def keep(*entries: Entry) -> None:
    """Write the entries, find out whose they are, and let the oldest go.

    Never fails, and waits at most as long as the database's ``timeout``: a journal that cannot be written is one
    warning in the log, and one more only after it could be written again.
    """
    global has_warned
    try:
        with transaction.atomic(using=JOURNAL):
            for entry in entries:
                entry.visitor = visitor_of(entry)
                entry.save(using=JOURNAL, force_insert=True)
                if entry.pk % TRIM_EVERY == 0:
                    Entry.objects.filter(pk__lte=entry.pk - MOST_ENTRIES).delete()
    except DatabaseError as error:
        if not has_warned:
            logger.warning("The journal cannot be written, so nothing is recorded: %s", error)
        has_warned = True
    else:
        has_warned = False


def visitor_of(entry: Entry) -> str:
    """The visitor who had one of the entry's cookies before, or whose journey it is; a new one if nobody had.

    Two jars that turn out to be one become one. An entry with neither cookie nor journey is nobody's: empty.
    """
    keys = {key for key in (entry.sent_key, entry.set_key) if key}
    related = Q()
    if keys:
        related |= Q(server=entry.server, sent_key__in=keys) | Q(server=entry.server, set_key__in=keys)
    if entry.csrf:
        related |= Q(server=entry.server, csrf=entry.csrf)
    if entry.journey:
        related |= Q(journey=entry.journey)
    if not related:
        return ""
    known = sorted(set(Entry.objects.filter(related).exclude(visitor="").values_list("visitor", flat=True)))
    if not known:
        return secrets.token_hex(4)
    if len(known) > 1:
        Entry.objects.filter(visitor__in=known[1:]).update(visitor=known[0])
    return known[0]
