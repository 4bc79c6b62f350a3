"""A HAR file, as a browser's devtools export what happened (HTTP Archive 1.2): what of it concerns a sign-in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.utils.http import is_same_domain

from session_inspector.cookie_header import pairs_in
from session_inspector.explain.cookies import OTHER_CAUSES, path_matches
from session_inspector.explain.endpoints import ASKS_TO_SIGN_IN
from session_inspector.inspector.paste import callback
from session_inspector.inspector.paste.callback import MAX_ADDRESS, callback_of
from session_inspector.inspector.paste.place import PORTS, Place, place_of
from session_inspector.inspector.paste.reading import (
    MAX_FINDINGS,
    REDACTOR,
    Finding,
    Part,
    Reading,
    Topic,
    findings_of,
    shown,
    shown_value,
)
from session_inspector.inspector.paste.set_cookie import refused
from session_inspector.inspector.paste.set_cookie.kept import check_same_site
from session_inspector.inspector.paste.set_cookie.line import OF_SESSION, SetCookie, set_cookie_of

MAX_MESSAGES = 5000
MAX_FOLLOWED = 200  # cookies of which it is asked whether they came back
MAX_NAMED = 1000  # headers or fields of one message
MAX_SENT = 200  # cookies of one message: no browser keeps more for a host
MAX_TOLD = 50  # Set-Cookie lines of one message
MAX_LINE = 10_000  # characters of one: a longer one no browser takes
LOOP = 3  # times that redirects lead to one address until it is called a loop
OF_CALLBACK = tuple(check for check in callback.CHECKS if check is not callback.check_port)
# For what a browser refuses a cookie, or does not send it to a callback.
OF_REFUSED = (*refused.CHECKS, check_same_site)
REDIRECTS = {301, 302, 303, 307, 308}
IN_WORDS = {
    "authorize": "The browser is sent to the provider.",
    "callback": "The provider’s answer, which the browser brings to the site.",
    "refused": "The provider’s answer: an error.",
    "password": "A form with a password.",
    "logout": "The browser is sent to the provider to sign out.",
}


@dataclass(frozen=True)
class Message:
    """One entry. ``sent`` are the names and values of its cookies, ``told`` what it was told to keep. ``place`` is that
    of its address; ``fields`` are names of its form."""

    number: int
    method: str
    url: str
    place: Place
    status: int
    location: str
    sent: tuple[tuple[str, str], ...]
    told: tuple[SetCookie, ...]
    fields: frozenset[str]
    is_without_cookies: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """Of the parameters in its address, its fragment and its form."""
        return frozenset(name for name, _ in parameters_in(self.url)) | self.fields

    @property
    def what(self) -> str:
        """What it is in a sign-in: a name of ``IN_WORDS``; empty where it is nothing of one."""
        if self.names >= ASKS_TO_SIGN_IN:
            return "authorize"
        if "error" in self.names and ("state" in self.names or "error_description" in self.names):
            return "refused"
        if {"code", "state"} <= self.names or {"id_token", "state"} <= self.names:
            return "callback"
        if "password" in self.fields:
            return "password"
        if self.names & {"id_token_hint", "post_logout_redirect_uri"}:
            return "logout"
        return ""

    @property
    def is_answer(self) -> bool:
        return self.what in ("callback", "refused")

    @property
    def is_by_post(self) -> bool:
        """Whether it is an answer in a form (OAuth 2.0 Form Post Response Mode)."""
        return self.is_answer and "state" in self.fields

    @property
    def has_session_cookie(self) -> bool:
        return any(OF_SESSION.search(name) for name, _ in self.sent)

    @property
    def origin(self) -> tuple[str, int]:
        return self.place.host, self.place.port

    def leads_to(self, following: "Message") -> bool:
        """Whether it is a redirect there, as far as the file says where to."""
        is_there = not self.location or without_query(self.location) == without_query(following.url)
        return self.status in REDIRECTS and is_there

    def would_get(self, cookie: SetCookie) -> bool:
        """Whether a browser that has it sends it here, as far as host, path and scheme tell. What it has asked of its
        own cache, and a preflight, have no cookies."""
        assert cookie.place
        if self.is_without_cookies:
            return False
        domain = cookie.domain
        is_there = is_same_domain(self.place.host, f".{domain}") if domain else self.place.host == cookie.place.host
        is_kept_back = cookie.is_secure and self.place.is_http and not cookie.place.is_http
        return is_there and not is_kept_back and path_matches(cookie.sent_below, self.place.path)


@dataclass(frozen=True)
class Archive:
    """``number`` is that of all entries, also of those that cannot be read. Of many, the first are looked at."""

    messages: tuple[Message, ...]
    number: int

    @property
    def looked_at(self) -> int:
        return min(self.number, MAX_MESSAGES)

    @property
    def has_cookies(self) -> bool:
        return any(one.sent or one.told for one in self.messages)


def is_way_there(location: str) -> bool:
    return {name for name, _ in parameters_in(location)} >= ASKS_TO_SIGN_IN


def without_query(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def state_in(address: str) -> str:
    return dict(parameters_in(address)).get("state", "")


def parameters_in(address: str) -> list[tuple[str, str]]:
    """Of the query and of the fragment. None of what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    return parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=True)


def archive_of(content: Any) -> Archive | None:
    """None for JSON that is no HAR."""
    entries = member(member(content, "log", dict), "entries", list)
    if not isinstance(content, dict) or "log" not in content:
        return None
    messages = [found for number, one in enumerate(entries[:MAX_MESSAGES], 1) if (found := message_of(number, one))]
    return Archive(tuple(messages), len(entries))


def member(content: Any, name: str, kind: type) -> Any:
    """What stands there under that name; an empty one of its kind where it is of another, or missing."""
    found = content.get(name) if isinstance(content, dict) else None
    return found if isinstance(found, kind) and not (kind is int and isinstance(found, bool)) else kind()


def message_of(number: int, entry: Any) -> Message | None:
    request, response = member(entry, "request", dict), member(entry, "response", dict)
    url = member(request, "url", str)
    place = place_of(url) if len(url) <= MAX_ADDRESS else None
    if not place:
        return None
    headers = list(named_in(response, "headers"))
    location = next((value for name, value in headers if name.lower() == "location"), "")
    # Some programs put all of them into one header, with line ends.
    lines = (
        line
        for name, value in headers
        if name.lower() == "set-cookie"
        for line in value[:MAX_ADDRESS].splitlines()
        if line
    )
    form = member(request, "postData", dict)
    return Message(
        number,
        shown(member(request, "method", str)),
        url,
        place,
        member(response, "status", int),
        joined(url, location or member(response, "redirectURL", str)),
        sent_with(request),
        tuple(set_cookie_of(line[:MAX_LINE], place) for line in islice(lines, MAX_TOLD)),
        frozenset(name for name, _ in named_in(form, "params"))
        | {name for name, _ in parse_qsl(member(form, "text", str)[:100_000], True)},
        member(request, "method", str) == "OPTIONS" or is_from_cache(entry, response),
    )


def is_from_cache(entry: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """As Chrome says it; such an entry has no cookies, whatever the browser has."""
    return bool(entry.get("_fromCache") or response.get("_fetchedViaServiceWorker"))


def joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location) if 0 < len(location) <= MAX_ADDRESS else ""
    except ValueError:
        return ""


def named_in(content: Mapping[str, Any], name: str) -> Iterable[tuple[str, str]]:
    for one in member(content, name, list)[:MAX_NAMED]:
        yield member(one, "name", str), member(one, "value", str)


def sent_with(request: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    header = "; ".join(value for name, value in named_in(request, "headers") if name.lower() == "cookie")
    return tuple(pairs_in(header[:MAX_ADDRESS])[:MAX_SENT]) or tuple(islice(named_in(request, "cookies"), MAX_SENT))


def of_errors(archive: Archive) -> Iterable[Finding]:
    """Of each answer of a provider. The sign-in began where the first redirect with that state came from: the provider
    itself leads there again, after its form."""
    began: dict[str, Place] = {}
    for message in archive.messages:
        if message.is_answer:
            started = began.get(state_in(message.url))
            yield from numbered(message, of_post(message) if message.is_by_post else of_query(message, started))
            yield from numbered(message, of_status(message))
        if is_way_there(message.location):
            began.setdefault(state_in(message.location), message.place)


def of_query(message: Message, began: Place | None) -> Iterable[Finding]:
    answer = callback_of(message.url, began)
    return findings_of(answer, OF_CALLBACK) if answer else ()


def of_post(message: Message) -> Iterable[Finding]:
    if not message.has_session_cookie:
        yield Finding(
            "The provider answered by POST, and no session cookie came with it.",
            "From another site, no browser sends a cookie with SameSite=Lax or Strict with a POST. The request had "
            "response_mode=form_post.",
            "Ask without response_mode: then the answer is a redirect, with which Lax cookies come.",
            Topic.STRICT,
        )


def numbered(message: Message, findings: Iterable[Finding]) -> Iterable[Finding]:
    for one in findings:
        yield Finding(f"Message {message.number}: {one.statement}", one.cause, one.remedy, one.topic)


def of_status(message: Message) -> Iterable[Finding]:
    if message.status >= 500:
        yield Finding(
            f"The callback was answered with {message.status}: the site failed.",
            "The token endpoint or the keys could not be reached, or the site’s code raised an error.",
            "Read the site’s log of this time.",
            Topic.CALLBACK,
        )
    elif message.status >= 400:
        yield Finding(
            f"The callback was answered with {message.status}: the site refused it.",
            "The state was not found in the session, the code came twice, or a token did not pass its checks.",
            "Look whether the session cookie came with it. Then read the site’s log.",
            Topic.CALLBACK,
        )
    elif message.status <= 0:
        yield Finding(
            "The callback got no answer.",
            "The server was not running, or the browser refused it: its certificate, or the page’s policy.",
            "Look at this message in the browser’s devtools.",
        )


def of_loop(archive: Archive) -> Iterable[Finding]:
    chain: list[str] = []
    for message, following in zip_longest(archive.messages, archive.messages[1:]):
        chain.append(without_query(message.url))
        if following and message.leads_to(following):
            continue
        worst, times = Counter(chain).most_common(1)[0]
        if times >= LOOP:
            yield Finding(
                f"The browser was led to {shown_value(REDACTOR.url(worst))} {times} times in one row of redirects.",
                "The site does not find its session after the callback, and begins anew: its cookie was refused or has "
                "another host. Or a proxy asks by http what must be https.",
                "Look below which cookie never came back.",
                Topic.PROXY,
            )
        chain.clear()


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


def of_emptiness(archive: Archive) -> Iterable[Finding]:
    if archive.messages and not archive.has_cookies:
        yield Finding(
            "No message has a cookie: the browser has left them out, so nothing can be said of cookies.",
            "Chrome exports without cookies, unless one asks for sensitive data.",
            "In Chrome’s devtools: Settings, Preferences, Network, Allow to generate HAR with sensitive data. Then "
            "choose Export HAR (with sensitive data). Keep such a file to yourself.",
        )
    if archive.looked_at > len(archive.messages):
        yield Finding(
            f"{archive.looked_at - len(archive.messages)} of {archive.looked_at} entries cannot be read.",
            "They have no address of http or https, or the file was changed.",
        )
    if archive.messages and not any(one.what for one in archive.messages):
        yield Finding(
            "No message is recognised as one of a sign-in.",
            "The devtools were opened after it, or the log was emptied by a redirect.",
            "Switch on Preserve log (Persist Logs in Firefox), and sign in once more.",
        )


CHECKS_OF_ARCHIVE = (of_errors, of_loop, of_neighbours, of_cookies, of_emptiness, of_keys)


def parts_of(archive: Archive) -> Iterable[Part]:
    """The messages of the sign-in, and those that set a session cookie."""
    for message in archive.messages:
        tells = [cookie for cookie in message.told if cookie.is_of_session]
        if message.what or tells:
            said = [f"{'Deletes' if one.is_deletion else 'Sets'} {shown(one.name)}." for one in tells]
            meaning = " ".join(filter(None, [IN_WORDS.get(message.what), *said]))
            yield Part(f"{message.number}. {message.method}", shown_address(message), meaning)


def shown_address(message: Message) -> str:
    status = message.status or "no answer"
    return f"{shown_value(REDACTOR.url(message.url))} → {status}"


NOTE = "Bodies of answers are not read, nor who uses which session: only the servers know that."


def read_har(archive: Archive) -> Reading:
    """One finding more than is shown is enough: each may need a look at all messages."""
    findings = tuple(islice((found for check in CHECKS_OF_ARCHIVE for found in check(archive)), MAX_FINDINGS + 1))
    kind = f"a HAR file with {archive.number} messages"
    left = f" Only the first {MAX_MESSAGES} messages were looked at." if archive.number > MAX_MESSAGES else ""
    return Reading(kind, findings, tuple(parts_of(archive)), f"{NOTE}{left}")
