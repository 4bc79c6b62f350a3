"""What is asked of the journal. Each answer is bounded, however many entries there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import product

from session_inspector.journal.database import execute, insert
from session_inspector.journal.schema import COLUMNS, Entry, Unreadable, as_row, entry_of

MAX_TRACES = 5000  # of the newest entries: whose cookies are still known when the journal is emptied
BATCH = 4  # what is looked for is seldom far
INSERT = f"INSERT INTO journal_entry ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
# The time as text: where one is none, the driver would refuse all rows that were asked for.
SELECT = f"SELECT id, CAST(at AS text), {', '.join(COLUMNS[1:])} FROM journal_entry"

# The ids of the entries that could not be read, for whoever wants to say so.
unreadable: ContextVar[set[int] | None] = ContextVar("unreadable", default=None)


@contextmanager
def noting_what_is_unreadable() -> Iterator[set[int]]:
    """The ids of the entries that are asked for within, and that no recorder of this version can have written."""
    found: set[int] = set()
    token = unreadable.set(found)
    try:
        yield found
    finally:
        unreadable.reset(token)


def entries(which: str, *values) -> list[Entry]:
    """Those that ``which``, all of an SQL query that follows WHERE, describes, but for the unreadable."""
    return list(readable(execute(f"{SELECT} WHERE {which}", *values)))


def readable(rows: list[tuple]) -> Iterator[Entry]:
    for row in rows:
        try:
            yield entry_of(row)
        except Unreadable:
            if (noted := unreadable.get()) is not None:
                noted.add(row[0])


def first(found: list[Entry]) -> Entry | None:
    return found[0] if found else None


def add(entry: Entry) -> None:
    """Write the entry, which has an ``id`` then."""
    entry.id = insert(INSERT, *as_row(entry))


def newest_id() -> int:
    return execute("SELECT max(id) FROM journal_entry")[0][0] or 0


def forget_up_to(entry_id: int) -> None:
    execute("DELETE FROM journal_entry WHERE id <= %s", entry_id)


def last_id() -> int:
    """The highest that an entry has ever had, be it still there or not."""
    found = execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal_entry'")
    return found[0][0] if found else 0


def empty() -> None:
    """Forget all entries. No later one has the id of one of these, and whoever left one of the newest is still known by
    the same cookie."""
    for field in ("sent_key", "csrf", "set_key"):
        execute(
            "INSERT OR REPLACE INTO journal_trace (server, fingerprint, jar, visitor)"
            f" SELECT server, {field}, jar, visitor FROM journal_entry WHERE {field} != '' AND jar != ''"
            " AND id > (SELECT max(id) FROM journal_entry) - %s ORDER BY id",
            MAX_TRACES,
        )
    execute("DELETE FROM journal_entry")


def kept_traces(server: str, fingerprints: list[str]) -> tuple[str, str] | None:
    """Jar and visitor of whoever had one of these cookies when the journal was emptied."""
    marks = ", ".join(["%s"] * len(fingerprints))
    sql = f"SELECT jar, visitor FROM journal_trace WHERE server = %s AND fingerprint IN ({marks}) LIMIT 1"
    return next(iter(execute(sql, server, *fingerprints)), None) if fingerprints else None


def newest_traces(server: str, field: str, fingerprint: str) -> tuple[str, str] | None:
    """Jar and visitor of the newest entry of that server whose ``field`` (``sent_key``, ``set_key``, ``csrf``) has that
    value."""
    sql = f"SELECT jar, visitor FROM journal_entry WHERE server = %s AND {field} = %s ORDER BY id DESC LIMIT 1"
    return next(iter(execute(sql, server, fingerprint)), None)


def visitors_given(fingerprints: list[str], not_by: str) -> set[str]:
    """Whom another server than that gave a session key or a CSRF cookie with one of these fingerprints."""
    others = execute("SELECT DISTINCT name FROM journal_participant WHERE name != %s", not_by) if fingerprints else []
    asked = product([name for (name,) in others], ("set_key", "csrf"), fingerprints)
    return {newest[1] for one in asked if (newest := newest_traces(*one))}


def visitors_in_journey(journey: str, most: int) -> set[str]:
    """Who has one of the newest entries of one sign-in."""
    sql = "SELECT visitor FROM journal_entry WHERE journey = %s ORDER BY id DESC LIMIT %s"
    return {visitor for (visitor,) in execute(sql, journey, most)}


def hand_over(visitors: list[str], to: str, most: int) -> None:
    """Let the newest entries of those visitors be another's."""
    marks = ", ".join(["%s"] * len(visitors))
    newest = f"SELECT id FROM journal_entry WHERE visitor IN ({marks}) ORDER BY id DESC LIMIT %s"
    execute(f"UPDATE journal_entry SET visitor = %s WHERE id IN ({newest})", to, *visitors, most)


def first_with_key(server: str, fingerprint: str) -> Entry | None:
    """The oldest entry of that server after which the session had that key."""
    return first(entries("server = %s AND set_key = %s ORDER BY id LIMIT 1", server, fingerprint))


def earlier_in_jar(entry: Entry, most: int) -> Iterator[Entry]:
    """The entries of the same jar before that one, the newest first."""
    before = entry.id
    for _ in range(0, most, BATCH):
        rows = execute(f"{SELECT} WHERE jar = %s AND id < %s ORDER BY id DESC LIMIT %s", entry.jar, before, BATCH)
        yield from readable(rows)
        if len(rows) < BATCH:
            return
        before = rows[-1][0]
