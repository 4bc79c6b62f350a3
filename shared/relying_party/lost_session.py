"""Why the session that asked did not come back: the causes, those first that this very request supports.

A server sees only what comes. So a cause is likely at most, and the page says by what.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.http import is_same_domain

from loopback import is_loopback


@dataclass(frozen=True)
class Cause:
    """``observe`` answers what in the request supports it, in words; empty where nothing does. One that ``settles``
    keeps every cookie of this server away: where something supports it, no other cause is left."""

    title: str
    tell: str
    observe: Callable[[HttpRequest], str] = lambda request: ""
    settles: bool = False


@dataclass(frozen=True)
class RankedCause:
    cause: Cause
    observed: str

    @property
    def is_unlikely(self) -> bool:
        return not self.observed

    @property
    def is_certain(self) -> bool:
        return bool(self.observed) and self.cause.settles


def causes_of(reason: str, request: HttpRequest) -> list[RankedCause]:
    """Of that failure those that are certain; else the likely ones first. None where the reason says it all."""
    ranked = [RankedCause(cause, cause.observe(request)) for cause in CAUSES.get(reason, ())]
    return [one for one in ranked if one.is_certain] or sorted(ranked, key=attrgetter("is_unlikely"))


def names_in(request: HttpRequest) -> list[str]:
    """Of the cookies that came, in their order; one that came twice stands there twice."""
    pairs = (part.partition("=") for part in request.META.get("HTTP_COOKIE", "").split(";"))
    return [name.strip() for name, equals, _ in pairs if equals]


def came(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def host_of(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def session_cookie_came_twice(request: HttpRequest) -> str:
    number = names_in(request).count(settings.SESSION_COOKIE_NAME)
    return f"{settings.SESSION_COOKIE_NAME} came {number} times in this request." if number > 1 else ""


def domain_does_not_fit(request: HttpRequest) -> str:
    domain, host = settings.SESSION_COOKIE_DOMAIN, host_of(request)
    if came(request) or not domain:
        return ""
    if not is_same_domain(host, f".{domain.lstrip('.')}"):
        return f"SESSION_COOKIE_DOMAIN is {domain!r}, and this host is {host}."
    is_one_label = "." not in domain.strip(".") and domain.strip(".") != host
    return f"SESSION_COOKIE_DOMAIN is {domain!r}, a name of one part." if is_one_label else ""


def path_does_not_fit(request: HttpRequest) -> str:
    path = settings.SESSION_COOKIE_PATH
    if came(request) or goes_to(path, request.path):
        return ""
    return f"SESSION_COOKIE_PATH is {path!r}, and this address is {request.path}."


def goes_to(cookie_path: str, path: str) -> bool:
    """RFC 6265, section 5.1.4."""
    return path == cookie_path or path.startswith(f"{cookie_path.removesuffix('/')}/")


def is_secure_over_http(request: HttpRequest) -> str:
    if came(request) or not settings.SESSION_COOKIE_SECURE or request.is_secure():
        return ""
    is_here = is_loopback(host_of(request))
    where = "Safari keeps it for https also on this machine" if is_here else "browsers keep it for https"
    return f"SESSION_COOKIE_SECURE is True, and this request came over http: {where}."


def same_site() -> str:
    """Of the session cookie: Django takes the setting in letters of any case, and so do browsers. Empty if it sends
    none."""
    return (settings.SESSION_COOKIE_SAMESITE or "").capitalize()


def is_strict(request: HttpRequest) -> str:
    strict = same_site() == "Strict" and not came(request)
    return 'SESSION_COOKIE_SAMESITE is "Strict" here.' if strict else ""


def is_none_without_secure(request: HttpRequest) -> str:
    is_refused = same_site() == "None" and not settings.SESSION_COOKIE_SECURE
    return "SESSION_COOKIE_SECURE is False here." if is_refused and not came(request) else ""


def key_finds_nothing(request: HttpRequest) -> str:
    return "A cookie of that name came, and its key finds no session here." if came(request) else ""


def is_in_memory(request: HttpRequest) -> str:
    is_of_cache = settings.SESSION_ENGINE == "django.contrib.sessions.backends.cache"
    if not came(request) or not is_of_cache or not isinstance(caches[settings.SESSION_CACHE_ALIAS], LocMemCache):
        return ""
    return "A cookie of that name came, and sessions are in a LocMemCache here."


def nothing_came(request: HttpRequest) -> str:
    return "" if names_in(request) else "No cookie at all came with this request."


def only_others_came(request: HttpRequest) -> str:
    is_own = settings.CSRF_COOKIE_NAME in request.COOKIES and not came(request)
    return "This server’s CSRF cookie came, its session cookie did not." if is_own else ""


def was_typed(request: HttpRequest) -> str:
    is_typed = request.headers.get("Sec-Fetch-Site") == "none"
    return "The browser says that no page led here (Sec-Fetch-Site: none)." if is_typed else ""


TWICE = Cause(
    "Two cookies of one name",
    "Django reads the last one. Its key belongs to another session, or to none. Perhaps one of the two has another "
    "Path, or a host beside this one set one of them with Domain.",
    session_cookie_came_twice,
)
NEW_KEY = Cause(
    "This server has a new SECRET_KEY",
    "The server cannot read rows that the old key signed. Put the old key into SECRET_KEY_FALLBACKS: then it can. "
    "All processes of a server need the same key.",
)
ELSEWHERE = Cause("It was begun in another browser, or in a private window", "That one has the cookie of its session.")

CAUSES = {
    "no_session_came_back": (
        TWICE,
        Cause(
            "SESSION_COOKIE_DOMAIN",
            "A browser refuses a cookie if the server is not part of its Domain, or if the Domain is a name without "
            "a dot and not the server’s own.",
            domain_does_not_fit,
            settles=True,
        ),
        Cause(
            "SESSION_COOKIE_PATH",
            "The browser has the cookie, and sends it to other addresses only.",
            path_does_not_fit,
            settles=True,
        ),
        Cause(
            'SESSION_COOKIE_SAMESITE = "None"',
            "A browser refuses such a cookie without Secure: SESSION_COOKIE_SECURE must be True.",
            is_none_without_secure,
            settles=True,
        ),
        Cause("SESSION_COOKIE_SECURE", "The browser refuses the cookie, or keeps it for https.", is_secure_over_http),
        Cause(
            'SESSION_COOKIE_SAMESITE = "Strict"',
            "After a sign-in form, the way back begins on another site, so the browser does not send a Strict cookie. "
            "The second try, without the form, works in Chromium and fails in Firefox. Servers under one parent "
            "domain are one site: there the browser sends it.",
            is_strict,
        ),
        Cause(
            "This server has several processes, or was started again",
            "A LocMemCache is in the memory of one process. Others do not find its sessions, and with it they end.",
            is_in_memory,
        ),
        Cause(
            "Another server on this host uses the same cookie name",
            "It overwrote or deleted the cookie while you were away: cookies know hosts, not ports. Every Django "
            "project calls it sessionid at first.",
            key_finds_nothing,
        ),
        Cause(
            "This address was opened by hand, or reloaded long after",
            "No sign-in was running. Only the provider should send a browser to this address.",
            was_typed,
        ),
        Cause(
            "The browser blocks or has cleared cookies",
            "No page of this server receives a cookie from you.",
            nothing_came,
        ),
        Cause(
            "The session ended meanwhile",
            "You signed out in another tab, its time was over before you came back, or the database is a new one.",
            only_others_came,
        ),
        ELSEWHERE,
        NEW_KEY,
        Cause(
            "Two names for one server",
            "It began at 127.0.0.1, for example, and came back to another name. Cookies of one do not go to the other.",
        ),
    ),
    "unknown_state": (
        TWICE,
        Cause("The answer was loaded again, or by hand", "By Reload, by Back, or from the history.", was_typed),
        ELSEWHERE,
        NEW_KEY,
        Cause(
            "You signed in or out in another tab meanwhile",
            "Another person’s session is a new one, and knows nothing of what the old one asked.",
        ),
        Cause("Many sign-ins were begun and not finished", "The oldest are forgotten."),
        Cause("Somebody gave you a link with an answer of their own", "A forged sign-in. It just failed."),
    ),
}
