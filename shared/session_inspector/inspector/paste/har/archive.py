"""The messages of a HAR file, read from its JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.utils.http import is_same_domain

from session_inspector.cookie_header import pairs_in
from session_inspector.explain.cookies import path_matches
from session_inspector.explain.endpoints import ASKS_TO_SIGN_IN
from session_inspector.inspector.paste.callback import MAX_ADDRESS
from session_inspector.inspector.paste.place import Place, place_of
from session_inspector.inspector.paste.reading import shown
from session_inspector.inspector.paste.set_cookie.line import OF_SESSION, SetCookie, set_cookie_of

MAX_MESSAGES = 5000
MAX_NAMED = 1000  # headers or fields of one message
MAX_SENT = 200  # cookies of one message: no browser keeps more for a host
MAX_TOLD = 50  # Set-Cookie lines of one message
MAX_LINE = 10_000  # characters of one: a longer one no browser takes
REDIRECTS = {301, 302, 303, 307, 308}


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
        """What it is in a sign-in: a name of ``reading.IN_WORDS``; empty where it is nothing of one."""
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
