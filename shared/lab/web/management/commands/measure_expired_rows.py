"""``python site_a/manage.py measure_expired_rows``: what expired rows cost, measured in the database of a run."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from lab import databases
from lab.scenarios.expired_rows import COLUMNS
from session_inspector.journal.schema import Entry, Measurement
from session_inspector.journal.writer import append

SIZES = (1_000, 10_000, 100_000)  # rows
AT_ONCE = 300  # rows of one statement: older versions of SQLite take 999 parameters
LOOKUPS = 200  # of which the median counts


class Command(BaseCommand):
    help = "Measures what expired rows cost, with rows of its own that it deletes again. Only in a run of a scenario."

    def handle(self, **options):
        if settings.RUN.is_usual:
            raise CommandError("This fills the session table: start a stage of a scenario, and run it again.")
        self.stdout.write("  ".join(COLUMNS))
        lines = []
        for line in measured():
            lines.append(line)
            self.stdout.write(written(line))
        rows, find, size, clear = lines[-1]
        self.stdout.write(
            f"{written((rows * 10, find, size * 10, clear * 10))}  not measured: ten times the line above"
        )
        numbers = dict(zip(COLUMNS, zip(*lines, strict=True), strict=True))
        append(Entry(timezone.now(), settings.SERVER.name, Measurement("expired rows", numbers)))


def measured() -> Iterator[tuple[float, ...]]:
    """A number for each of ``COLUMNS``, with so many expired rows in the table beside one that has not expired."""
    now = timezone.now()
    own, past = row(now + timedelta(hours=1)), now - timedelta(days=1)
    # Without a signal, as all rows here: nobody's session changes.
    Session.objects.bulk_create([own, row(past)])
    call_command("clearsessions")  # the first time, the command is loaded and the journal opened
    for size in SIZES:
        Session.objects.bulk_create((row(past) for _ in range(size)), batch_size=AT_ONCE)
        find = statistics.median(milliseconds(SessionStore(own.session_key).load) for _ in range(LOOKUPS))
        yield size, find, megabytes(), milliseconds(lambda: call_command("clearsessions"))
    Session.objects.filter(pk=own.pk)._raw_delete(connection.alias)


def row(expires: datetime) -> Session:
    data = SessionStore().encode({"cart": {"ink": 1, "nib": 2}})
    return Session(session_key=get_random_string(32), session_data=data, expire_date=expires)


def milliseconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def megabytes() -> float:
    """Of the database."""
    return databases.engine().size_of(connection) / 1_000_000


def written(line: tuple[float, ...]) -> str:
    shown = (f"{number:,.{places}f}" for number, places in zip(line, (0, 2, 1, 0), strict=True))
    return "  ".join(text.rjust(len(name)) for name, text in zip(COLUMNS, shown, strict=True))
