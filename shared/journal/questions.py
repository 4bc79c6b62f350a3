"""What is asked of the journal at every exchange or page. In SQL: the ORM takes several times as long as the answer."""

from collections.abc import Iterator

from shared.journal.models import Entry

BATCH = 4  # what is looked for is seldom far


def newest_with(server: str, field: str, print_: str) -> Entry | None:
    """The newest entry of that server in which the ``field`` (``sent_key``, ``set_key``, ``csrf``) has that value."""
    return one(
        f"SELECT id, jar, visitor FROM journal_entry WHERE server = %s AND {field} = %s ORDER BY id DESC LIMIT 1",
        server,
        print_,
    )


def first_with_key(server: str, key: str) -> Entry | None:
    """The oldest entry of that server after which the session had that key."""
    return one("SELECT * FROM journal_entry WHERE server = %s AND set_key = %s ORDER BY id LIMIT 1", server, key)


def newest_in_journey(journey: str, most: int) -> list[Entry]:
    """The newest entries of one sign-in."""
    sql = "SELECT id, visitor FROM journal_entry WHERE journey = %s ORDER BY id DESC LIMIT %s"
    return list(Entry.objects.raw(sql, [journey, most]))


def one(sql: str, *values) -> Entry | None:
    return next(iter(Entry.objects.raw(sql, values)), None)


def earlier_in_jar(entry: Entry, most: int) -> Iterator[Entry]:
    """The entries of the same jar before that one, the newest first."""
    sql = "SELECT * FROM journal_entry WHERE jar = %s AND id < %s ORDER BY id DESC LIMIT %s"
    before = entry.pk
    for _ in range(0, most, BATCH):
        batch = list(Entry.objects.raw(sql, [entry.jar, before, BATCH]))
        yield from batch
        if len(batch) < BATCH:
            return
        before = batch[-1].pk
