"""Jars of cookies, and what joins those of several servers to one visitor. Each answer is bounded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from session_inspector.journal.database import execute

MAX_IN_JOURNEY = 50  # entries of one journey that are looked at; a sign-in has about twelve
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
class Known:
    """Whose a trace is; ``jar`` is empty where only a sign-in told. ``last`` is the jar with which that visitor's
    browser came to that server last, if that was asked."""

    jar: str
    visitor: str
    last: str = ""


@dataclass(frozen=True)
class Join:
    """Two jars that were taken for one browser's, by an entry; 0 where none showed it."""

    jar: str
    other: str
    why: Why
    entry: int
    at: datetime
    is_undone: bool = False


# Whom a visitor has turned out to be.
NOW = "coalesce((SELECT now FROM journal_alias WHERE visitor = one.visitor), one.visitor)"
# The jar of a visitor's exchange that was written last at the same server.
LAST = (
    "SELECT jar FROM journal_entry AS last WHERE last.visitor = one.visitor AND last.server = one.server"
    " AND last.kind = 'exchange' AND last.jar != '' ORDER BY last.id DESC LIMIT 1"
)


def newest_with(server: str, field: str, fingerprint: str) -> Known | None:
    """Of the newest entry of that server whose ``field`` (``sent_key``, ``set_key``, ``csrf``) has that value."""
    which = f"server = %s AND {field} = %s ORDER BY id DESC LIMIT 1"
    found = execute(f"SELECT jar, {NOW}, ({LAST}) FROM journal_entry AS one WHERE {which}", server, fingerprint)
    return Known(found[0][0], found[0][1], found[0][2] or "") if found else None


def kept_with(server: str, fingerprints: list[str]) -> Known | None:
    """Whoever had one of these cookies when the journal was emptied."""
    sql = f"SELECT jar, visitor FROM journal_trace WHERE server = %s AND fingerprint IN ({marks(fingerprints)}) LIMIT 1"
    found = execute(sql, server, *fingerprints) if fingerprints else []
    return Known(*found[0]) if found else None


# The newest entry of each other server by each of some fingerprints: one search in an index for each.
GIVEN = (
    "WITH asked(fingerprint) AS (VALUES {values}),"
    " there AS (SELECT DISTINCT name FROM journal_participant WHERE name != %s)"
    " SELECT jar, {now} FROM journal_entry AS one WHERE id IN ("
    "SELECT (SELECT id FROM journal_entry WHERE server = name AND set_key = fingerprint ORDER BY id DESC LIMIT 1)"
    " FROM asked, there UNION "
    "SELECT (SELECT id FROM journal_entry WHERE server = name AND csrf = fingerprint ORDER BY id DESC LIMIT 1)"
    " FROM asked, there)"
)


def given_elsewhere(fingerprints: list[str], not_by: str) -> list[Known]:
    """Whom another server than that gave a session key or a CSRF cookie with one of these fingerprints."""
    if not fingerprints:
        return []
    sql = GIVEN.format(values=", ".join(["(%s)"] * len(fingerprints)), now=NOW)
    return [Known(*row) for row in execute(sql, *fingerprints, not_by)]


def brought_before(fingerprints: list[str]) -> dict[str, list[tuple[str, Known]]]:
    """Who brought a random value with each of these fingerprints, and to which server. Without a jar: many did."""
    which = f"fingerprint IN ({marks(fingerprints)})"
    rows = execute(f"SELECT fingerprint, server, jar, visitor FROM journal_trace WHERE {which}", *fingerprints)
    found: dict[str, list[tuple[str, Known]]] = {fingerprint: [] for fingerprint in fingerprints}
    for fingerprint, server, jar, visitor in rows:
        found[fingerprint].append((server, Known(jar, visitor)))
    return found


def note_brought(server: str, fingerprint: str, by: Known) -> None:
    execute(
        "INSERT OR REPLACE INTO journal_trace (server, fingerprint, jar, visitor) VALUES (%s, %s, %s, %s)",
        *(server, fingerprint, by.jar, by.visitor),
    )


def in_journey(journey: str) -> list[Known]:
    """Who has one of the newest entries of one sign-in, each visitor once, with a jar if there is one."""
    sql = f"SELECT jar, {NOW} FROM journal_entry AS one WHERE journey = %s ORDER BY id DESC LIMIT %s"
    found = execute(sql, journey, MAX_IN_JOURNEY) if journey else []
    jars = {visitor: jar for jar, visitor in sorted(found)}  # the empty one first
    return [Known(jar, visitor) for visitor, jar in jars.items()]


def hand_over(visitors: Collection[str], to: str) -> None:
    """Let those visitors be another: all that is known of them is known of that one."""
    those = marks(visitors)
    newest = f"SELECT id FROM journal_entry WHERE visitor IN ({those}) ORDER BY id DESC LIMIT {MAX_MOVED}"
    execute(f"UPDATE journal_entry SET visitor = %s WHERE id IN ({newest})", to, *visitors)
    execute(f"UPDATE journal_trace SET visitor = %s WHERE visitor IN ({those})", to, *visitors)
    execute(f"UPDATE OR IGNORE journal_name SET visitor = %s WHERE visitor IN ({those})", to, *visitors)
    execute(f"DELETE FROM journal_name WHERE visitor IN ({those})", *visitors)
    execute(f"UPDATE journal_alias SET now = %s WHERE now IN ({those})", to, *visitors)
    for visitor in visitors:
        execute("INSERT OR REPLACE INTO journal_alias (visitor, now) VALUES (%s, %s)", visitor, to)


def join(jar: str, other: str, why: Why, entry: int, at: datetime) -> None:
    """Keep what joined two jars. What has joined them before is what counts, but for what somebody says."""
    again = "REPLACE" if why == Why.SAID else "IGNORE"
    said = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    execute(
        f"INSERT OR {again} INTO journal_join (jar, other, why, entry, at) VALUES (%s, %s, %s, %s, %s)",
        *(*sorted((jar, other)), why, entry, said),
    )


def is_undone(jar: str, other: str) -> bool:
    which = "jar = %s AND other = %s AND is_undone = 1"
    return bool(execute(f"SELECT 1 FROM journal_join WHERE {which}", *sorted((jar, other))))


def joins_of(jars: Collection[str]) -> list[Join]:
    """All that one of these jars has part in, the oldest first."""
    those = marks(jars)
    columns = "jar, other, why, entry, CAST(at AS text), is_undone"
    which = f"jar IN ({those}) OR other IN ({those}) ORDER BY at LIMIT {MAX_JARS}"
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


def jar_of(visitor: str) -> str:
    """The one with the visitor's newest entry at any server."""
    which = "visitor = %s AND jar != '' ORDER BY id DESC LIMIT 1"
    found = execute(f"SELECT jar FROM journal_entry WHERE {which}", visitor)
    return found[0][0] if found else ""


def present_name(visitor: str) -> str:
    """The name of whom that visitor turned out to be; the same where it is none other."""
    found = execute("SELECT now FROM journal_alias WHERE visitor = %s", visitor)
    return found[0][0] if found else visitor


def server_of(jar: str) -> str:
    """The name of the one that knows a browser by that jar; empty where nothing is recorded of it any more."""
    found = execute("SELECT server FROM journal_entry WHERE jar = %s LIMIT 1", jar)
    return found[0][0] if found else ""


def visitor_of(jar: str) -> str:
    """Whose it is now; empty where nothing is recorded of it."""
    sql = f"SELECT {NOW} FROM journal_entry AS one WHERE jar = %s ORDER BY id DESC LIMIT 1"
    found = execute(sql, jar)
    return found[0][0] if found else ""


def first_entry_of(jar: str) -> int:
    return execute("SELECT coalesce(min(id), 0) FROM journal_entry WHERE jar = %s", jar)[0][0]


def move(jars: list[str], visitor: str, to: str) -> None:
    """Let what is known of these jars, and of the sign-ins that went through them, be another visitor's."""
    those = marks(jars)
    journeys = f"SELECT journey FROM journal_entry WHERE jar IN ({those}) AND journey != ''"
    which = f"visitor = %s AND (jar IN ({those}) OR jar = '' AND journey IN ({journeys}))"
    newest = f"SELECT id FROM journal_entry WHERE {which} ORDER BY id DESC LIMIT {MAX_MOVED}"
    execute(f"UPDATE journal_entry SET visitor = %s WHERE id IN ({newest})", to, visitor, *jars, *jars)
    execute(f"UPDATE journal_trace SET visitor = %s WHERE jar IN ({those})", to, *jars)


def marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def name_visitor(visitor: str, name: str) -> None:
    """Let a visitor be called that; by no name of its own where it is empty."""
    execute("DELETE FROM journal_name WHERE visitor = %s", visitor)
    if name:
        execute("INSERT INTO journal_name (visitor, name) VALUES (%s, %s)", visitor, name)


def names_of(visitors: Collection[str]) -> dict[str, str]:
    which = f"visitor IN ({marks(visitors)})"
    return dict(execute(f"SELECT visitor, name FROM journal_name WHERE {which}", *visitors)) if visitors else {}


def forget_oldest() -> None:
    """Each table here keeps the newest of its rows."""
    for table in ("journal_trace", "journal_join", "journal_alias", "journal_name"):
        execute(f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - {MAX_KEPT}")
