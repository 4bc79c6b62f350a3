"""What is asked of the journal. Each answer is bounded, however many entries there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from session_inspector.journal.database import engine, execute, insert
from session_inspector.journal.jars import OR_REPLACE_TRACE
from session_inspector.journal.schema import COLUMNS, Entry, Kind, Unreadable, as_row, entry_of

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
    return execute(engine().LAST_ID)[0][0] or 0


def empty() -> None:
    """Forget all entries, and what somebody said was done between them. No later one has the id of one of these, and
    whoever left one of the newest is still known by the same cookie."""
    keep_traces("id > (SELECT max(id) FROM journal_entry) - %s", MAX_TRACES)
    execute("DELETE FROM journal_entry")
    execute("DELETE FROM journal_said")


def forget(visitor: str) -> None:
    """Delete the entries of one visitor, and what was said of it; its browser is still known by the same cookies."""
    keep_traces("visitor = %s", visitor)
    execute("DELETE FROM journal_entry WHERE visitor = %s", visitor)
    execute("DELETE FROM journal_said WHERE visitor = %s", visitor)


def keep_traces(which: str, *values) -> None:
    """Keep whose cookies came with these entries."""
    for field in ("sent_key", "csrf", "set_key"):
        newest = (
            f"SELECT max(id) FROM journal_entry WHERE {field} != '' AND jar != '' AND {which} GROUP BY server, {field}"
        )
        execute(
            "INSERT INTO journal_trace (server, fingerprint, jar, visitor)"
            f" SELECT server, {field}, jar, visitor FROM journal_entry WHERE id IN ({newest}) ORDER BY id"
            f" {OR_REPLACE_TRACE}",
            *values,
        )


def first_with_key(server: str, fingerprint: str) -> Entry | None:
    """The oldest entry of that server after which the session had that key."""
    return first(entries("server = %s AND set_key = %s ORDER BY id LIMIT 1", server, fingerprint))


def newest_in_jar(jar: str) -> Entry | None:
    """The exchange that came with it last."""
    return first(entries(f"jar = %s AND kind = '{Kind.EXCHANGE}' ORDER BY id DESC LIMIT 1", jar))


def earlier_in_jar(entry: Entry, most: int) -> Iterator[Entry]:
    """The entries of the same jar before that one, the newest first."""
    before = entry.id
    for _ in range(0, most, BATCH):
        rows = execute(f"{SELECT} WHERE jar = %s AND id < %s ORDER BY id DESC LIMIT %s", entry.jar, before, BATCH)
        yield from readable(rows)
        if len(rows) < BATCH:
            return
        before = rows[-1][0]
