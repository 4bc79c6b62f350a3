"""Whose an entry is: which browser's, as its own server knows it, and which visitor's, at all servers together."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime

from session_inspector.journal.jars import (
    Known,
    Why,
    brought_elsewhere,
    given_elsewhere,
    hand_over,
    in_journey,
    is_undone,
    jar_of,
    join,
    kept_with,
    newest_with,
    note_brought,
    separate,
)
from session_inspector.journal.schema import Cookie, Entry


@dataclass(frozen=True)
class Evidence:
    """That an entry is of the same browser as another jar."""

    why: Why
    other: Known


def attribute(entry: Entry) -> list[Evidence]:
    """Fill in ``jar`` and ``visitor``. An entry with neither cookie nor journey stays nobody's.

    Only cookies of its own server make a jar: what a browser does there is shown to nobody but who has one of them. A
    journey joins jars of several servers to one visitor, and so does a value that nobody has by chance and that came to
    several servers, as on one host. Two visitors who turn out to be one become one (what both did very long ago stays
    apart). Two jars of one visitor that come to a server in turns are of two browsers: what joined them is undone.

    Returns what joined this entry's jar to others: to be kept with it (``keep``).
    """
    known = known_by_its_cookies(entry)
    entry.jar = known.jar
    visitor = known.visitor and visitor_alone(known, entry)
    evidence = [Evidence(Why.COOKIE, other) for other in known_elsewhere(entry)]
    if not entry.jar and (entry.sent_key or entry.set_key or entry.csrf):
        entry.jar = secrets.token_hex(8)
    if not entry.jar and in_journey(entry.perhaps_of):
        entry.journey = entry.perhaps_of
    evidence += [Evidence(Why.SIGN_IN, other) for other in in_journey(entry.journey)]
    evidence = [one for one in evidence if one.other.visitor != visitor and not is_undone(entry.jar, one.other.jar)]
    visitors = sorted({visitor, *(one.other.visitor for one in evidence)} - {""})
    if len(visitors) > 1:
        hand_over(visitors[1:], visitors[0])
    if visitors:
        entry.visitor = visitors[0]
    elif entry.jar or entry.journey:
        entry.visitor = new_visitor()
    return evidence


def keep(entry: Entry, evidence: list[Evidence]) -> None:
    """What an entry that is written by now has told of its jar."""
    if not entry.jar:
        return
    for one in evidence:
        if one.other.jar:
            join(entry.jar, one.other.jar, one.why, entry.id, entry.at)
    if brought := [cookie.value.fingerprint for cookie in strangers_in(entry)]:
        note_brought(entry.server, brought, Known(entry.jar, entry.visitor))


def take_for_one(visitor: str, other: str, why: Why, at: datetime) -> str:
    """Let two visitors be one, for a reason that no entry shows; which one they are now. Only those with cookies."""
    jar, another = jar_of(visitor), jar_of(other)
    if visitor == other or not jar or not another or (why != Why.SAID and is_undone(jar, another)):
        return visitor
    join(jar, another, why, 0, at)
    older, younger = sorted((visitor, other))
    hand_over([younger], older)
    return older


def new_visitor() -> str:
    """A name that sorts after those given before, so that of two visitors who are one the earlier name stays."""
    now = time.time()
    return f"{int(now):08x}{int(now % 1 * 4096):03x}{secrets.token_hex(3)[1:]}"


def known_by_its_cookies(entry: Entry) -> Known:
    """Jar and visitor of the newest entry that shares a cookie with this one: all that do share a jar."""
    traces = [
        ("sent_key", entry.sent_key),
        ("set_key", entry.sent_key),
        ("csrf", csrf_that_came(entry)),
        ("csrf", entry.csrf),
        ("set_key", entry.set_key),
    ]
    for field, fingerprint in traces:
        if fingerprint and (newest := newest_with(entry.server, field, fingerprint)):
            return newest
    came = [fingerprint for fingerprint in (entry.sent_key, csrf_that_came(entry), entry.csrf) if fingerprint]
    return kept_with(entry.server, came) or Known("", "")


def visitor_alone(known: Known, entry: Entry) -> str:
    """The jar's visitor, without another jar that came to this server since: no browser has two, and none comes back
    with cookies that it has lost. A request with cookies of both is no other browser's."""
    is_another = entry.is_exchange and known.last not in ("", known.jar)
    if not is_another or known.last in jars_of_csrf(entry):
        return known.visitor
    return separate(known.jar, known.last, known.visitor, new_visitor())


def jars_of_csrf(entry: Entry) -> list[str]:
    found = (newest_with(entry.server, "csrf", one) for one in (csrf_that_came(entry), entry.csrf) if one)
    return [one.jar for one in found if one]


def known_elsewhere(entry: Entry) -> list[Known]:
    """Whom another server gave a session key or a CSRF cookie that came with this request, and who brought the same
    random value there: nobody has one by chance. What this server knows already is not asked for."""
    if not entry.is_exchange:
        return []
    came = {cookie.value.fingerprint for cookie in entry.exchange.cookies if not (cookie.role and entry.jar)}
    brought = [cookie.value.fingerprint for cookie in strangers_in(entry)]
    return given_elsewhere(sorted(came), entry.server) + brought_elsewhere(brought, entry.server)


def strangers_in(entry: Entry) -> list[Cookie]:
    """The cookies of a request that are none of its server's, and whose values nobody has by chance."""
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    return [cookie for cookie in cookies if cookie.is_random and not cookie.role]


def csrf_that_came(entry: Entry) -> str:
    """Of the CSRF cookie in the request, where the answer sets another: signing in does."""
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    came = (cookie.value.fingerprint for cookie in cookies if cookie.role == "csrf")
    return next((fingerprint for fingerprint in came if fingerprint != entry.csrf), "")
