"""Whose an entry is: which browser's, as its own server knows it, and which visitor's, at all servers together."""

import secrets
import time

from session_inspector.journal.queries import hand_over, kept_traces, newest_traces, visitors_given, visitors_in_journey
from session_inspector.journal.schema import Entry

MAX_IN_JOURNEY = 50  # entries of one journey that are looked at; a sign-in has about twelve
MAX_JOINED = 2000  # entries that change hands when two visitors turn out to be one; every server waits meanwhile


def attribute(entry: Entry) -> None:
    """Fill in ``jar`` and ``visitor``. An entry with neither cookie nor journey stays nobody's.

    Only cookies of its own server make a jar: what a browser does there is shown to nobody but who has one of them. A
    journey joins jars of several servers to one visitor, and so does a key that one server set and another was sent, as
    on one host. Two visitors who turn out to be one become one (what both did very long ago stays apart).
    """
    entry.jar, visitor = known_by_its_cookies(entry)
    elsewhere = known_elsewhere(entry)
    if not entry.jar and (entry.sent_key or entry.set_key or entry.csrf):
        entry.jar = secrets.token_hex(8)
    if not entry.jar and took_part_in(entry.perhaps_of):
        entry.journey = entry.perhaps_of
    known = sorted({visitor, *elsewhere, *took_part_in(entry.journey)} - {""})
    if len(known) > 1:
        hand_over(known[1:], known[0], MAX_JOINED)
    if known:
        entry.visitor = known[0]
    elif entry.jar or entry.journey:
        entry.visitor = new_visitor()


def new_visitor() -> str:
    """A name that sorts after those given before, so that of two visitors who are one the earlier name stays."""
    return f"{int(time.time()):08x}{secrets.token_hex(4)}"


def known_by_its_cookies(entry: Entry) -> tuple[str, str]:
    """Jar and visitor of the newest entry that shares a cookie with this one: all that do share a jar."""
    traces = [
        ("sent_key", entry.sent_key),
        ("set_key", entry.sent_key),
        ("csrf", csrf_that_came(entry)),
        ("csrf", entry.csrf),
        ("set_key", entry.set_key),
    ]
    for field, fingerprint in traces:
        if fingerprint and (newest := newest_traces(entry.server, field, fingerprint)):
            return newest
    came = [fingerprint for fingerprint in (entry.sent_key, csrf_that_came(entry), entry.csrf) if fingerprint]
    return kept_traces(entry.server, came) or ("", "")


def known_elsewhere(entry: Entry) -> set[str]:
    """Whom another server gave a session key or a CSRF cookie that came with this request: nobody has one by chance.
    What this server knows already is not asked for."""
    if not entry.is_exchange:
        return set()
    came = {cookie.value.fingerprint for cookie in entry.exchange.cookies if not (cookie.role and entry.jar)}
    return visitors_given(sorted(came), entry.server)


def csrf_that_came(entry: Entry) -> str:
    """Of the CSRF cookie in the request, where the answer sets another: signing in does."""
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    came = (cookie.value.fingerprint for cookie in cookies if cookie.role == "csrf")
    return next((fingerprint for fingerprint in came if fingerprint != entry.csrf), "")


def took_part_in(journey: str) -> set[str]:
    """Two servers that see a journey at the same instant may each take it for a new visitor's."""
    return visitors_in_journey(journey, MAX_IN_JOURNEY) if journey else set()
