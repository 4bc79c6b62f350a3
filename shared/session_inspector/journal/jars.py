"""Jars of cookies: whose an entry or a cookie is. Each answer is bounded."""

from collections.abc import Collection
from dataclasses import dataclass

from session_inspector.journal.database import execute

OR_REPLACE_TRACE = (
    "ON CONFLICT (fingerprint, server)"
    " DO UPDATE SET jar = excluded.jar, visitor = excluded.visitor, rowid = excluded.rowid"
)
MAX_IN_JOURNEY = 50  # entries of one journey that are looked at; a sign-in has about twelve


@dataclass(frozen=True)
class Owner:
    """Whose an entry or a cookie is; ``jar`` is empty where only a sign-in told. ``last`` is the jar with which that
    visitor's browser came to that server last, if that was asked."""

    jar: str
    visitor: str
    last: str = ""


# Whom a visitor has turned out to be.
NOW = "coalesce((SELECT now FROM journal_alias WHERE visitor = one.visitor), one.visitor)"


# The jar of a visitor's exchange that was written last at the same server.
LAST = (
    "SELECT jar FROM journal_entry AS last WHERE last.visitor = one.visitor AND last.server = one.server"
    " AND last.kind = 'exchange' AND last.jar != '' ORDER BY last.id DESC LIMIT 1"
)


def newest_with(server: str, field: str, fingerprint: str) -> Owner | None:
    """Of the newest entry of that server whose ``field`` (``sent_key``, ``set_key``, ``csrf``) has that value."""
    which = f"server = %s AND {field} = %s ORDER BY id DESC LIMIT 1"
    found = execute(f"SELECT jar, {NOW}, ({LAST}) FROM journal_entry AS one WHERE {which}", server, fingerprint)
    return Owner(found[0][0], found[0][1], found[0][2] or "") if found else None


def kept_with(server: str, fingerprints: list[str]) -> Owner | None:
    """Whoever had one of these cookies when the journal was emptied."""
    sql = f"SELECT jar, visitor FROM journal_trace WHERE server = %s AND fingerprint IN ({marks(fingerprints)}) LIMIT 1"
    found = execute(sql, server, *fingerprints) if fingerprints else []
    return Owner(*found[0]) if found else None


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


def given_elsewhere(fingerprints: list[str], not_by: str) -> list[Owner]:
    """Whom another server than that gave a session key or a CSRF cookie with one of these fingerprints."""
    if not fingerprints:
        return []
    sql = GIVEN.format(values=", ".join(["(%s)"] * len(fingerprints)), now=NOW)
    return [Owner(*row) for row in execute(sql, *fingerprints, not_by)]


def senders_of(fingerprints: list[str]) -> dict[str, list[tuple[str, Owner]]]:
    """Who sent a random value with each of these fingerprints, and to which server. Without a jar: many did."""
    which = f"fingerprint IN ({marks(fingerprints)})"
    rows = execute(f"SELECT fingerprint, server, jar, visitor FROM journal_trace WHERE {which}", *fingerprints)
    found: dict[str, list[tuple[str, Owner]]] = {fingerprint: [] for fingerprint in fingerprints}
    for fingerprint, server, jar, visitor in rows:
        found[fingerprint].append((server, Owner(jar, visitor)))
    return found


def record_sender(server: str, fingerprint: str, sender: Owner) -> None:
    execute(
        f"INSERT INTO journal_trace (server, fingerprint, jar, visitor) VALUES (%s, %s, %s, %s) {OR_REPLACE_TRACE}",
        *(server, fingerprint, sender.jar, sender.visitor),
    )


def in_journey(journey: str) -> list[Owner]:
    """Who has one of the newest entries of one sign-in, each visitor once, with a jar if there is one."""
    sql = f"SELECT jar, {NOW} FROM journal_entry AS one WHERE journey = %s ORDER BY id DESC LIMIT %s"
    found = execute(sql, journey, MAX_IN_JOURNEY) if journey else []
    jars = {visitor: jar for jar, visitor in sorted(found)}  # the empty one first
    return [Owner(jar, visitor) for visitor, jar in jars.items()]


def jar_of(visitor: str) -> str:
    """The one with the visitor's newest entry at any server."""
    which = "visitor = %s AND jar != '' ORDER BY id DESC LIMIT 1"
    found = execute(f"SELECT jar FROM journal_entry WHERE {which}", visitor)
    return found[0][0] if found else ""


def servers_of(jars: Collection[str]) -> dict[str, str]:
    """By jar, the name of the server that knows a browser by it; none where nothing is recorded of it any more."""
    oldest = f"SELECT min(id) FROM journal_entry WHERE jar IN ({marks(jars)}) GROUP BY jar"
    return dict(execute(f"SELECT jar, server FROM journal_entry WHERE id IN ({oldest})", *jars))


def visitor_of(jar: str) -> str:
    """Whose it is now; empty where nothing is recorded of it."""
    sql = f"SELECT {NOW} FROM journal_entry AS one WHERE jar = %s ORDER BY id DESC LIMIT 1"
    found = execute(sql, jar)
    return found[0][0] if found else ""


def first_entry_of(jar: str) -> int:
    return execute("SELECT coalesce(min(id), 0) FROM journal_entry WHERE jar = %s", jar)[0][0]


def marks(values: Collection[object]) -> str:
    """What stands between the brackets of an ``IN``: in no value, nothing is."""
    return ", ".join(["%s"] * len(values)) or "NULL"
