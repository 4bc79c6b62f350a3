"""What shows that a step was done: for each a function that finds it, in words with the entries; None while nothing
does. Any value counts, and any server."""

from collections.abc import Iterator

from django.utils.text import capfirst, get_text_list

from lab.endpoints import END_OR_STAY, SIGN_OUT_OF_IDENTITY, SIGN_OUT_OF_SITE
from lab.inspector.first_steps.traffic import Traffic, first
from lab.servers import SERVERS
from session_inspector.explain.cookies import is_deletion
from session_inspector.explain.sessions import person_of, user_id_in
from session_inspector.explain.values import OF_LIBRARIES, values_in
from session_inspector.inspector.side_by_side.sentences import went_to_another
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Cookie, Entry, Exchange, Masked, SetCookie

COUNTERS = "/stateless/"
SESSION_TABLE = ("/session/", "/session/reveal/")
WHAT_SIGNING_IN_IS = "/signed-in/"
SIGN_OUT = (SIGN_OUT_OF_SITE, SIGN_OUT_OF_IDENTITY, END_OR_STAY)


def seen(text: str, *entries: Entry) -> Statement:
    return Statement(text, resting_on(entries))


def title_of(entry: Entry) -> str:
    return capfirst(writer_of(entry).title)


def counted_twice(traffic: Traffic) -> Statement | None:
    counted = [entry for entry in traffic.requests if is_page(entry.exchange) and entry.exchange.path == COUNTERS]
    return seen(f"{title_of(counted[1])} ran the page with the counters twice.", *counted[:2]) if counted[1:] else None


def is_page(exchange: Exchange) -> bool:
    return (exchange.method, exchange.status) == ("GET", 200)


def cookie_made(traffic: Traffic) -> Statement | None:
    for entry in traffic.requests:
        if cookie := session_cookie_set(entry.exchange):
            return seen(f"{title_of(entry)} told your browser to keep `{cookie.name}`.", entry)
    return None


def session_cookie_set(exchange: Exchange) -> SetCookie | None:
    cookies = (one for one in exchange.set_cookies if one.role == "session" and not is_deletion(one.attributes))
    return next(cookies, None)


def session_cookie_sent(exchange: Exchange) -> Cookie | None:
    return next((one for one in exchange.cookies if one.role == "session" and one.is_taken), None)


def sent_back(traffic: Traffic) -> Statement | None:
    """It came to the server that had set it, without Domain: so it goes to no other host."""
    if went_to_another(traffic.columns):
        return None
    found = min(cookies_that_came_back(traffic), key=lambda one: one[2].id, default=None)
    if found is None:
        return None
    cookie, was_set, back = found
    text = f"`{cookie.name}` came back to {writer_of(back).title}. It has no Domain, so it goes to no other host."
    return Statement(text, resting_on([was_set, back]), Rule.HOST)


def cookies_that_came_back(traffic: Traffic) -> Iterator[tuple[SetCookie, Entry, Entry]]:
    """Each with the entries in which it was set and in which it came."""
    for column in traffic.columns:
        told: dict[Masked, tuple[SetCookie, Entry]] = {}
        for entry in column.requests:
            sent = session_cookie_sent(entry.exchange)
            if sent and sent.value in told:
                yield *told[sent.value], entry
            cookie = session_cookie_set(entry.exchange)
            if cookie and "domain" not in cookie.attributes:
                told[cookie.value] = cookie, entry


def two_keys(traffic: Traffic) -> Statement | None:
    keys: dict[str, Entry] = {}
    for entry in traffic.requests:
        if row := entry.exchange.after:
            keys.setdefault(row.key.starts, entry)
    if len(keys) < 2:
        return None
    (one, at_one), (other, at_other) = list(keys.items())[:2]
    text = f"Two keys: `{one}…` at {writer_of(at_one).title}, `{other}…` at {writer_of(at_other).title}."
    return seen(text, at_one, at_other)


def value_set(traffic: Traffic) -> Statement | None:
    for entry, name in values_set(traffic.requests):
        return seen(f"{title_of(entry)} stored `{name}`, from a form of yours.", entry)
    return None


def values_set(requests: list[Entry]) -> Iterator[tuple[Entry, str]]:
    """What somebody has put into a session by a form, by name; not what Django and the libraries keep there."""
    for entry in requests:
        before, after = values_in(entry.exchange.before), values_in(entry.exchange.after)
        if entry.exchange.method != "POST":
            continue
        for name, value in after.items():
            if value != before.get(name) and not name.startswith((*OF_LIBRARIES, "_")):
                yield entry, name


def value_found(traffic: Traffic) -> Statement | None:
    set_before: list[tuple[Entry, str]] = []
    for entry in traffic.requests:
        if is_page(entry.exchange):
            kept = values_in(entry.exchange.before)
            for was_set, name in set_before:
                if was_set.server == entry.server and name in kept:
                    return seen(f"{title_of(entry)} found `{name}` in the row of the key that came.", was_set, entry)
        set_before += values_set([entry])
    return None


def table_seen(traffic: Traffic) -> Statement | None:
    shown = first(traffic.requests, lambda exchange: exchange.path in SESSION_TABLE and exchange.before)
    return seen(f"{title_of(shown)} showed you your row in its session table.", shown) if shown else None


def user_found(traffic: Traffic) -> Statement | None:
    known = first(traffic.requests, lambda exchange: user_id_in(exchange.before) and person_of(exchange))
    if known is None:
        return None
    return seen(f"{title_of(known)} took you for {person_of(known.exchange)}: the row has `_auth_user_id`.", known)


def both_calls_shown(traffic: Traffic) -> Statement | None:
    shown = first(
        traffic.requests,
        lambda exchange: exchange.path == WHAT_SIGNING_IN_IS and "sign_in" in values_in(exchange.before),
    )
    return seen(f"{title_of(shown)} showed you what both calls did.", shown) if shown else None


def three_servers(traffic: Traffic) -> Statement | None:
    """Where each of them began to know you, or was seen to."""
    named = {entry.server: entry for entry in reversed(traffic.requests) if user_id_in(entry.exchange.after)}
    if any(server.name not in named for server in SERVERS):
        return None
    titles = get_text_list([server.title for server in SERVERS], "and")
    return seen(f"A row of each names you: {titles}.", *(named[server.name] for server in SERVERS))


def signed_out(traffic: Traffic) -> Statement | None:
    ended = first(traffic.requests, ends_session)
    return seen(f"{title_of(ended)} deleted the row that named you.", ended) if ended else None


def ends_session(exchange: Exchange) -> bool:
    is_taken = exchange.method == "POST" and exchange.path in SIGN_OUT and exchange.status < 400
    return is_taken and bool(user_id_in(exchange.before)) and not user_id_in(exchange.after)
