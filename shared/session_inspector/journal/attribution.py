"""Whose an entry is: which browser's, as its own server knows it, and which visitor's, at all servers together."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime

from session_inspector.configuration import configuration
from session_inspector.journal.database import transaction
from session_inspector.journal.jars import (
    Owner,
    given_elsewhere,
    in_journey,
    jar_of,
    kept_with,
    newest_with,
    record_sender,
    senders_of,
)
from session_inspector.journal.joins import Why, is_undone, join, merge_into, separate
from session_inspector.journal.queries import newest_in_jar
from session_inspector.journal.schema import Cookie, Entry
from session_inspector.journal.sign_ins import others_in_sign_in, sign_in_of_code


@dataclass(frozen=True)
class Evidence:
    """That an entry is of the same browser as another jar."""

    why: Why
    other: Owner


@dataclass
class Attribution:
    """What an entry tells of its jar, beside whose it is: why it is ``joined`` to others, which visitors are ``merged``
    into its own by that, and which random values came with it for the first time (``first_sent``) or have turned out
    to be ``common``."""

    joined: list[Evidence] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    first_sent: list[str] = field(default_factory=list)
    common: list[str] = field(default_factory=list)

    @property
    def tells_anything(self) -> bool:
        return bool(self.joined or self.merged or self.first_sent or self.common)


def attribute(entry: Entry) -> Attribution:
    """Fill in ``jar`` and ``visitor``. An entry with neither cookie nor journey stays nobody's.

    Only cookies of its own server make a jar. A journey joins jars of several servers to one visitor, and so does a
    value that hardly anybody has by chance and that came to several servers, as on one host. Two visitors who turn out
    to be one become one (what both did very long ago stays apart). Two jars of one visitor that come to a server in
    turns are of two browsers: what joined them is undone here.
    """
    own = known_by_its_cookies(entry)
    visitor = split_if_two_browsers(own, entry)
    entry.jar = own.jar or (secrets.token_hex(8) if entry.sent_key or entry.set_key or entry.csrf else "")
    if not entry.jar and in_journey(entry.perhaps_of):
        entry.journey = entry.perhaps_of
    if not entry.jar and not entry.journey:
        entry.journey = sign_in_of_code(entry)
    found = Attribution()
    evidence = [Evidence(Why.COOKIE, other) for other in known_elsewhere(entry, bool(own.jar), found)]
    evidence += [Evidence(Why.SIGN_IN, other) for other in others_in_sign_in(entry)]
    found.joined = [one for one in evidence if one.other.visitor != visitor and not is_undone(entry.jar, one.other.jar)]
    visitors = sorted({visitor, *(one.other.visitor for one in found.joined)} - {""})
    found.merged = visitors[1:]
    if visitors:
        entry.visitor = visitors[0]
    elif entry.jar or entry.journey:
        entry.visitor = new_visitor()
    return found


def record_joins(entry: Entry, found: Attribution) -> None:
    """With an entry that is written by now, what it has told of its jar."""
    if found.merged:
        merge_into(entry.visitor, found.merged)
    for one in found.joined:
        if entry.jar and one.other.jar:
            join(entry.jar, one.other.jar, one.why, entry.id, entry.at)
    for fingerprint in found.first_sent:
        record_sender(entry.server, fingerprint, Owner(entry.jar, entry.visitor))
    for fingerprint in found.common:
        record_sender(entry.server, fingerprint, Owner("", ""))


def merge_visitors(visitor: str, other: str, why: Why, at: datetime) -> str:
    """Let two visitors be one, for a reason that no entry shows; which one they are now. Only those with cookies."""
    jar, another = jar_of(visitor), jar_of(other)
    if visitor == other or not jar or not another or (why != Why.SAID and is_undone(jar, another)):
        return visitor
    older, younger = sorted((visitor, other))
    with transaction():
        join(jar, another, why, 0, at)
        merge_into(older, [younger])
    return older


def new_visitor() -> str:
    """A name that sorts after those given before, so that of two visitors who are one the earlier name stays."""
    now = time.time()
    return f"{int(now):08x}{int(now % 1 * 4096):03x}{secrets.token_hex(3)[1:]}"


def known_by_its_cookies(entry: Entry) -> Owner:
    """Jar and visitor of the newest entry that shares a cookie with this one: all that do share a jar."""
    traces = [
        ("sent_key", entry.sent_key),
        ("set_key", entry.sent_key),
        ("csrf", csrf_that_came(entry)),
        ("csrf", entry.csrf),
        ("set_key", entry.set_key),
    ]
    for name, fingerprint in traces:
        if fingerprint and (newest := newest_with(entry.server, name, fingerprint)):
            return newest
    came = [fingerprint for fingerprint in (entry.sent_key, csrf_that_came(entry), entry.csrf) if fingerprint]
    return kept_with(entry.server, came) or Owner("", "")


def split_if_two_browsers(own: Owner, entry: Entry) -> str:
    """The jar's visitor, from now on without another jar that came to this server since: no browser has two for one
    name of a host, nor comes back with cookies that it has lost. A request with cookies of both is no other
    browser's."""
    is_another = bool(own.visitor) and entry.is_exchange and own.last not in ("", own.jar)
    if not is_another or own.last in jars_of_csrf(entry) or came_by_another_name(entry, own.last):
        return own.visitor
    return separate(own.jar, own.last, own.visitor, new_visitor())


def came_by_another_name(entry: Entry, jar: str) -> bool:
    """Whether the newest request of that jar was to another host of this server: ``localhost`` beside ``127.0.0.1``."""
    other = newest_in_jar(jar)
    return other is None or other.exchange.headers.get("Host") != entry.exchange.headers.get("Host")


def jars_of_csrf(entry: Entry) -> list[str]:
    found = (newest_with(entry.server, "csrf", one) for one in (csrf_that_came(entry), entry.csrf) if one)
    return [one.jar for one in found if one]


def known_elsewhere(entry: Entry, is_known: bool, found: Attribution) -> list[Owner]:
    """Whom another server gave a session key or a CSRF cookie that came with this request, and who sent the same
    random value there. Of a jar that this server knows, its own cookies are not asked for: but a key that found no
    session may be a neighbour's, whose cookie has the same name."""
    if not entry.is_exchange:
        return []
    own = {"csrf", "session"} if entry.exchange.before else {"csrf"}
    came = {one.value.fingerprint for one in entry.exchange.cookies if not (is_known and one.role in own)}
    given = given_elsewhere(sorted(came), entry.server)
    # A value that nobody has by chance may still be the same for all of a school: there it must join nobody.
    return given if configuration().own_only else given + sent_elsewhere(entry, found)


def sent_elsewhere(entry: Entry, found: Attribution) -> list[Owner]:
    """Who sent another server a random value that came with this request: but not one that two jars of a server
    have sent, since that is a constant that only looks random."""
    random = [cookie.value.fingerprint for cookie in foreign_random_cookies(entry)]
    others: list[Owner] = []
    for fingerprint, by in (senders_of(random) if random else {}).items():
        here = next((known for server, known in by if server == entry.server), None)
        if not all(known.jar for _, known in by):
            continue
        if here and here.jar != entry.jar:
            found.common.append(fingerprint)
            continue
        if not here and entry.jar:
            found.first_sent.append(fingerprint)
        others += [known for server, known in by if server != entry.server]
    return others


def foreign_random_cookies(entry: Entry) -> list[Cookie]:
    """The cookies of a request that are none of its server's, and whose values look random."""
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    return [cookie for cookie in cookies if cookie.is_random and not cookie.role]


def csrf_that_came(entry: Entry) -> str:
    """Of the CSRF cookie in the request, where the answer sets another: signing in does."""
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    came = (cookie.value.fingerprint for cookie in cookies if cookie.role == "csrf")
    return next((fingerprint for fingerprint in came if fingerprint != entry.csrf), "")
