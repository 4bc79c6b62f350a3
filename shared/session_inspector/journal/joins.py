"""What joins the jars of several servers to one visitor, and what undoes it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from session_inspector.journal.database import execute
from session_inspector.journal.jars import first_entry_of, marks

MAX_MOVED = 2000  # entries that change hands at once; every server waits meanwhile
MAX_JARS = 100  # of one visitor
MAX_KEPT = 20_000  # rows of each table here


class Why(StrEnum):
    """What joined two jars."""

    SIGN_IN = "sign-in"  # one state went through both
    COOKIE = "cookie"  # a value that nobody has by chance came to both servers
    LINK = "link"  # links on pages of both led the same browser to the inspector
    SAID = "said"  # whoever looked said so


@dataclass(frozen=True)
class Join:
    """Two jars that were taken for one browser's, by an entry; 0 where none showed it."""

    jar: str
    other: str
    why: Why
    entry: int
    at: datetime
    is_undone: bool = False


def join(jar: str, other: str, why: Why, entry: int, at: datetime) -> None:
    """Keep what joined two jars. What has joined them before is what counts, but for what somebody says."""
    replace = (
        "UPDATE SET why = excluded.why, entry = excluded.entry, at = excluded.at, is_undone = 0, rowid = excluded.rowid"
    )
    again = replace if why == Why.SAID else "NOTHING"
    said = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    execute(
        "INSERT INTO journal_join (jar, other, why, entry, at) VALUES (%s, %s, %s, %s, %s)"
        f" ON CONFLICT (jar, other) DO {again}",
        *(*sorted((jar, other)), why, entry, said),
    )


def is_undone(jar: str, other: str) -> bool:
    which = "jar = %s AND other = %s AND is_undone = 1"
    return bool(execute(f"SELECT 1 FROM journal_join WHERE {which}", *sorted((jar, other))))


def joins_of(jars: Collection[str]) -> list[Join]:
    """All that one of these jars has part in, the oldest first."""
    those = marks(jars)
    columns = "jar, other, why, entry, CAST(at AS text), is_undone"
    which = f"jar IN ({those}) OR other IN ({those}) ORDER BY at LIMIT {MAX_JARS * len(jars)}"
    rows = execute(f"SELECT {columns} FROM journal_join WHERE {which}", *jars, *jars) if jars else []
    return [join_of(*row) for row in rows]


def join_of(jar: str, other: str, why: str, entry: int, at: str, is_undone: int) -> Join:
    return Join(jar, other, Why(why), entry, datetime.fromisoformat(at).replace(tzinfo=UTC), bool(is_undone))


def joined_to(jar: str) -> dict[str, list[Join]]:
    """Each jar that is joined to that one, itself too, with the joins on the way there."""
    found: dict[str, list[Join]] = {jar: []}
    to_do = [jar]
    while to_do and len(found) < MAX_JARS:
        here = to_do.pop()
        for one in joins_of([here]):
            there = one.other if one.jar == here else one.jar
            if not one.is_undone and there not in found:
                found[there] = [*found[here], one]
                to_do.append(there)
    return found


def separate(jar: str, rival: str, visitor: str, name: str) -> str:
    """Undo what joined two jars, the newest of it first, until nothing does; whose ``jar`` is now.

    Those on the side of the one that appeared first keep the visitor's name, the others get the new one.
    """
    while way := joined_to(jar).get(rival):
        newest = max(way, key=lambda one: (one.at, one.entry))
        execute("UPDATE journal_join SET is_undone = 1 WHERE jar = %s AND other = %s", newest.jar, newest.other)
    older, younger = sorted((jar, rival), key=first_entry_of)
    move(list(joined_to(younger)), visitor, name)
    return visitor if jar == older else name


def merge_into(visitor: str, others: Collection[str]) -> None:
    """Let other visitors be that one: all that is known of them is known of it."""
    those = marks(others)
    newest = f"SELECT id FROM journal_entry WHERE visitor IN ({those}) ORDER BY id DESC LIMIT {MAX_MOVED}"
    execute(f"UPDATE journal_entry SET visitor = %s WHERE id IN ({newest})", visitor, *others)
    execute(f"UPDATE journal_trace SET visitor = %s WHERE visitor IN ({those})", visitor, *others)
    named = f"SELECT %s, name FROM journal_name WHERE visitor IN ({those}) ORDER BY rowid"
    execute(f"INSERT INTO journal_name (visitor, name) {named} ON CONFLICT DO NOTHING", visitor, *others)
    execute(f"DELETE FROM journal_name WHERE visitor IN ({those})", *others)
    execute(f"UPDATE journal_alias SET now = %s WHERE now IN ({those})", visitor, *others)
    for other in others:
        execute(
            "INSERT INTO journal_alias (visitor, now) VALUES (%s, %s)"
            " ON CONFLICT (visitor) DO UPDATE SET now = excluded.now, rowid = excluded.rowid",
            *(other, visitor),
        )


def move(jars: list[str], visitor: str, to: str) -> None:
    """Let what is known of these jars, and of the sign-ins that went through them, be another visitor's."""
    those = marks(jars)
    journeys = f"SELECT journey FROM journal_entry WHERE jar IN ({those}) AND journey != ''"
    which = f"visitor = %s AND (jar IN ({those}) OR jar = '' AND journey IN ({journeys}))"
    newest = f"SELECT id FROM journal_entry WHERE {which} ORDER BY id DESC LIMIT {MAX_MOVED}"
    execute(f"UPDATE journal_entry SET visitor = %s WHERE id IN ({newest})", to, visitor, *jars, *jars)
    execute(f"UPDATE journal_trace SET visitor = %s WHERE jar IN ({those})", to, *jars)


def forget_oldest() -> None:
    """Of what is known of jars and visitors the newest rows stay."""
    for table in ("journal_trace", "journal_join", "journal_alias", "journal_name", "journal_said"):
        execute(f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - {MAX_KEPT}")
