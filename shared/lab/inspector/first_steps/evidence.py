"""What shows that a step was done: for each a function that finds it, each time, in words with the entries.

The last of the entries is the request that completes the step. Any value counts, and any server.
"""

from collections.abc import Iterator
from itertools import pairwise

from django.utils.text import get_text_list

from lab.endpoints import END_OR_STAY, SIGN_OUT_OF_IDENTITY, SIGN_OUT_OF_SITE
from lab.inspector.first_steps.traffic import Traffic
from lab.servers import SERVERS
from session_inspector.explain.cookies import is_deletion
from session_inspector.explain.sessions import person_of, user_id_in
from session_inspector.explain.values import OF_LIBRARIES, values_in
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.side_by_side.sentences import went_to_another
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Cookie, Entry, Exchange, Masked, SetCookie

COUNTERS = "/stateless/session/"  # which makes a cookie: without one, nothing says whose a request is
SESSION_TABLE = ("/session/", "/session/reveal/")
WHAT_SIGNING_IN_IS = "/signed-in/"
SIGN_OUT = (SIGN_OUT_OF_SITE, SIGN_OUT_OF_IDENTITY, END_OR_STAY)


def seen(text: str, *entries: Entry) -> Statement:
    return Statement(text, resting_on(entries))


def title_of(entry: Entry) -> str:
    return writer_of(entry).capital


def counted_twice(traffic: Traffic) -> Iterator[Statement]:
    counted = [entry for entry in traffic.requests if is_page(entry.exchange) and entry.exchange.path == COUNTERS]
    for one, other in pairwise(counted):
        yield seen(f"{title_of(other)} ran the page with both counters twice.", one, other)


def is_page(exchange: Exchange) -> bool:
    return (exchange.method, exchange.status) == ("GET", 200)


def cookie_made(traffic: Traffic) -> Iterator[Statement]:
    """By any page but the one with the counters, which somebody may reload who has not read on."""
    for entry in traffic.requests:
        cookie = session_cookie_set(entry.exchange)
        if cookie and entry.exchange.path != COUNTERS:
            yield seen(f"{title_of(entry)} told your browser to keep `{cookie.name}`.", entry)


def session_cookie_set(exchange: Exchange) -> SetCookie | None:
    cookies = (one for one in exchange.set_cookies if one.role == "session" and not is_deletion(one.attributes))
    return next(cookies, None)


def session_cookie_sent(exchange: Exchange) -> Cookie | None:
    return next((one for one in exchange.cookies if one.role == "session" and one.is_taken), None)


def sent_back(traffic: Traffic) -> Iterator[Statement]:
    """Another server was asked without it, and then it came to the one that had set it.

    Nothing but the User-Agent says whose a request without any cookie is: so that is what is said of it.
    """
    if went_to_another(traffic.columns):
        return
    asked = [*traffic.requests, *traffic.perhaps]
    for cookie, was_set, back in cookies_that_came_back(traffic):
        others = (one for one in asked if was_set.id < one.id < back.id and one.server != back.server)
        if other := max(others, key=lambda one: one.id, default=None):
            text = (
                f"`{cookie.name}` came back to {writer_of(back).title}. A browser of the same name asked "
                f"{writer_of(other).title} without it. It has no Domain, so it goes to no other host."
            )
            yield Statement(text, resting_on([was_set, other, back]), Rule.HOST)


def cookies_that_came_back(traffic: Traffic) -> Iterator[tuple[SetCookie, Entry, Entry]]:
    """Each with the entries in which it was set first and in which it came."""
    for column in traffic.columns:
        told: dict[Masked, tuple[SetCookie, Entry]] = {}
        for entry in column.requests:
            sent = session_cookie_sent(entry.exchange)
            if sent and sent.value in told:
                yield *told[sent.value], entry
            cookie = session_cookie_set(entry.exchange)
            if cookie and "domain" not in cookie.attributes:
                told.setdefault(cookie.value, (cookie, entry))


def two_keys(traffic: Traffic) -> Iterator[Statement]:
    keys: dict[str, Entry] = {}
    for entry in traffic.requests:
        row = entry.exchange.after
        if row is None or row.key.starts in keys:
            continue
        if keys:
            before, at_before = list(keys.items())[-1]
            at_one, at_other = writer_of(at_before).title, writer_of(entry).title
            yield seen(f"Two keys: `{before}…` at {at_one}, `{row.key.starts}…` at {at_other}.", at_before, entry)
        keys[row.key.starts] = entry


def value_set(traffic: Traffic) -> Iterator[Statement]:
    for entry in traffic.requests:
        for name in values_set_in(entry.exchange):
            yield seen(f"{title_of(entry)} stored `{name}`, from a form of yours.", entry)


def values_set_in(exchange: Exchange) -> list[str]:
    """What somebody has put into a session by a form, by name; not what Django and the libraries keep there."""
    before, after = values_in(exchange.before), values_in(exchange.after)
    if exchange.method != "POST":
        return []
    changed = (name for name, value in after.items() if value != before.get(name))
    return [name for name in changed if not name.startswith((*OF_LIBRARIES, "_"))]


def value_found(traffic: Traffic) -> Iterator[Statement]:
    """By another look: the page to which a form leads is none."""
    last: dict[str, Entry] = {}
    stored: dict[tuple[str, str], Entry] = {}
    for entry in traffic.requests:
        is_led_by_form = entry.server in last and last[entry.server].exchange.method == "POST"
        if is_page(entry.exchange) and not is_led_by_form and entry.exchange.path not in SESSION_TABLE:
            for name in values_in(entry.exchange.before):
                if was_set := stored.get((entry.server, name)):
                    yield seen(f"{title_of(entry)} found `{name}` in the row of the key that came.", was_set, entry)
        stored |= {(entry.server, name): entry for name in values_set_in(entry.exchange)}
        last[entry.server] = entry


def table_seen(traffic: Traffic) -> Iterator[Statement]:
    for entry in traffic.requests:
        if entry.exchange.path in SESSION_TABLE and entry.exchange.before:
            yield seen(f"{title_of(entry)} showed you your row in its session table.", entry)


def user_found(traffic: Traffic) -> Iterator[Statement]:
    for entry in traffic.requests:
        if user_id_in(entry.exchange.before) and (person := person_of(entry.exchange)):
            yield seen(f"{title_of(entry)} took you for {person}: the row has `_auth_user_id`.", entry)


def both_calls_shown(traffic: Traffic) -> Iterator[Statement]:
    for entry in traffic.requests:
        if entry.exchange.path == WHAT_SIGNING_IN_IS and "sign_in" in values_in(entry.exchange.before):
            yield seen(f"{title_of(entry)} showed you what both calls did.", entry)


def three_servers(traffic: Traffic) -> Iterator[Statement]:
    """Where each of them knew you last, or began to."""
    named: dict[str, Entry] = {}
    titles = get_text_list([server.title for server in SERVERS], "and")
    for entry in traffic.requests:
        named.pop(entry.server, None)
        if user_id_in(entry.exchange.after):
            named[entry.server] = entry
            if all(server.name in named for server in SERVERS):
                yield seen(f"A row of each names you: {titles}.", *named.values())


def back_without_password(traffic: Traffic) -> Iterator[Statement]:
    """A site was left alone, and then knew the person again while nobody typed a password."""
    left: dict[str, Entry] = {}
    for entry in traffic.requests:
        exchange = entry.exchange
        if Rung(entry).has_password:
            left = {}
        elif ends_session(exchange):
            left[entry.server] = entry
        elif entry.server in left and user_id_in(exchange.after):
            text = f"{title_of(entry)} deleted the row that named you, and knew you again. No password was asked."
            yield seen(text, left[entry.server], entry)


def ends_session(exchange: Exchange) -> bool:
    is_taken = exchange.method == "POST" and exchange.path in SIGN_OUT and exchange.status < 400
    return is_taken and bool(user_id_in(exchange.before)) and not user_id_in(exchange.after)
