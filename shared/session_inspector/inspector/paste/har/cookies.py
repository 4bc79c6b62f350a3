"""Cookies that never came back, or that a neighbour or the server itself replaced."""

from collections.abc import Iterable
from itertools import islice

from session_inspector.explain.cookies import OTHER_CAUSES
from session_inspector.inspector.paste.har.archive import Archive, Message
from session_inspector.inspector.paste.place import PORTS, Place
from session_inspector.inspector.paste.reading import Finding, Topic, findings_of, shown
from session_inspector.inspector.paste.set_cookie import refused
from session_inspector.inspector.paste.set_cookie.kept import check_same_site
from session_inspector.inspector.paste.set_cookie.line import SetCookie

MAX_FOLLOWED = 200  # cookies of which it is asked whether they came back
# For what a browser refuses a cookie, or does not send it to a callback.
OF_REFUSED = (*refused.CHECKS, check_same_site)


def of_cookies(archive: Archive) -> Iterable[Finding]:
    """Cookies that were set, and then missing wherever they should have come."""
    done = set()
    for message, cookie in islice(set_first(archive), MAX_FOLLOWED):
        key = (cookie.name, message.place.host)
        if key in done:
            continue
        asked = [one for one in archive.messages if one.number > message.number and one.would_get(cookie)]
        if asked:
            done.add(key)
        if asked and not any(name == cookie.name for one in asked for name, _ in one.sent):
            yield never_came(message, cookie)


def set_first(archive: Archive) -> Iterable[tuple[Message, SetCookie]]:
    """Each cookie where it was set for the first time at its place, with its message."""
    done = set()
    for message in archive.messages:
        for cookie in message.told:
            key = (cookie.name, message.place.host, cookie.domain, cookie.sent_below)
            if not cookie.is_deletion and key not in done:
                done.add(key)
                yield message, cookie


def never_came(message: Message, cookie: SetCookie) -> Finding:
    why = next(iter(findings_of(cookie, OF_REFUSED)), None)
    return Finding(
        f"{shown(cookie.name)} was set by message {message.number}, and never came back.",
        f"{why.statement} {why.cause}" if why else OTHER_CAUSES,
        why.remedy if why else f"Look at the cookie in the browser’s devtools, at message {message.number}.",
        why.topic if why else Topic.ONE_HOST,
    )


def of_neighbours(archive: Archive) -> Iterable[Finding]:
    """Cookies that another port of the same host has replaced or deleted."""
    owner: dict[tuple[str, str, str, str], Message] = {}
    done = set()
    for message in archive.messages:
        for cookie in message.told:
            key = (cookie.name, message.place.host, cookie.domain, cookie.sent_below)
            before = owner.get(key)
            if before and are_neighbours(before.place, message.place) and key not in done:
                done.add(key)
                what = "deleted" if cookie.is_deletion else "replaced"
                yield Finding(
                    f"{shown(cookie.name)} of {shown(before.place.host)}:{before.place.port} was {what} by message "
                    f"{message.number} of port {message.place.port}.",
                    "Two servers of one host use one name for their cookies: a cookie knows hosts, not ports.",
                    "Give each project a SESSION_COOKIE_NAME and a CSRF_COOKIE_NAME of its own.",
                    Topic.ONE_HOST,
                )
            if not cookie.is_deletion:
                owner[key] = message


def are_neighbours(one: Place, other: Place) -> bool:
    """Whether two servers of one host answered: on the usual ports of http and https it is one."""
    return one.port != other.port and {one.port, other.port} != set(PORTS.values())


def of_keys(archive: Archive) -> Iterable[Finding]:
    """Session cookies that got another value from the server that had set or got them."""
    known: dict[tuple[str, tuple[str, int]], str] = {}
    for message in archive.messages:
        for name, value in message.sent:
            known.setdefault((name, message.origin), value)
        for cookie in message.told:
            key = (cookie.name, message.origin)
            if cookie.is_of_session and not cookie.is_deletion and known.get(key, cookie.value) != cookie.value:
                yield Finding(
                    f"Message {message.number} gave {shown(cookie.name)} another value.",
                    "Django does so at each sign-in: login() changes the key. Elsewhere it means that the old session "
                    "was not found or was ended.",
                    "Look whether this message signs somebody in.",
                    Topic.ROTATION,
                )
            known[key] = cookie.value
