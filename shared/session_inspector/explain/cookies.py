"""Cookies that were sent, and cookies that a browser was told to keep."""

import re
from dataclasses import dataclass

from django.http.request import split_domain_port
from django.template.defaultfilters import pluralize
from django.utils.text import get_text_list

from session_inspector.explain.refused_cookies import (
    MAX_SIZE,
    Reason,
    domain_in,
    missing_for_prefix,
    reasons,
    same_site_in,
)
from session_inspector.journal.schema import Cookie, Exchange, SetCookie, Store
from session_inspector.participant import Participant

# By attribute, as Django names them.
OF_ATTRIBUTES = {
    "httponly": "Scripts in a page cannot read it.",
    "path": "Sent to the addresses at and below this path.",
}
OF_SAME_SITE = {
    "Strict": "From another site: not sent, not even with a link. Hosts under one parent domain are one site.",
    "Lax": "From another site: sent when you follow a link, not with its POSTs, frames or fetches.",
    "None": "From another site: sent with everything, where the browser allows that; only together with Secure.",
}
OF_ABSENCE = {
    "httponly": "A page’s script may read it, to send it in a header.",
    "domain": "This exact host only, but on any port.",
    "secure": "Also over plain http. Not for production.",
}
MAX_AGE = 400 * 86_400  # seconds; browsers keep no cookie for longer (RFC 6265bis, 5.5)
OUTLIVES = "also when the browser closes (not in a private window)"
WRITTEN = {"httponly": "HttpOnly", "samesite": "SameSite", "max-age": "Max-Age"}


@dataclass(frozen=True)
class Attribute:
    """One that stands there as it is ``written``, or one that is ``absent`` and would matter, by its name."""

    why: str
    written: str = ""
    absent: str = ""


def of_attributes(attributes: dict[str, str]) -> list[Attribute]:
    """The lifetime first."""
    found = [lifetime(attributes)]
    for name, value in attributes.items():
        if name in ("max-age", "expires"):
            continue
        written = WRITTEN.get(name, name.capitalize())
        why = OF_SAME_SITE.get(same_site_in(attributes)) if name == "samesite" else OF_ATTRIBUTES.get(name)
        found.append(Attribute(why or "", written if value == "True" else f"{written}={value}"))
    for name, why in OF_ABSENCE.items():
        if name not in attributes:
            found.append(Attribute(why, absent=WRITTEN.get(name, name.capitalize())))
    return found


def lifetime(attributes: dict[str, str]) -> Attribute:
    if is_deletion(attributes):
        return Attribute("Forget it now: this deletes the cookie.", f"Max-Age={attributes.get('max-age', 0)}")
    if (age := age_in(attributes)) is not None:
        return Attribute(f"Kept for {duration(age)}, {OUTLIVES}.", f"Max-Age={attributes['max-age']}")
    if "expires" in attributes:
        return Attribute(f"Kept until then, {OUTLIVES}.", f"Expires={attributes['expires']}")
    return Attribute("Until the browser closes (one that restores its tabs may keep it).", absent="Max-Age")


def is_deletion(attributes: dict[str, str]) -> bool:
    """Whether a ``Set-Cookie`` with these attributes makes the browser forget the cookie (RFC 6265, section 5.2.2)."""
    age = age_in(attributes)
    return attributes.get("expires", "").startswith("Thu, 01 Jan 1970") if age is None else age <= 0


def age_in(attributes: dict[str, str]) -> int | None:
    """Seconds; None where there are none, or what is there is no number: browsers leave that out (RFC 6265, 5.2.2)."""
    age = attributes.get("max-age", "")
    return min(int(age), MAX_AGE) if re.fullmatch(r"-?[0-9]{1,1024}", age) else None


def duration(seconds: int) -> str:
    """Seconds in the largest unit that fits: ``2 weeks``, ``1 hour``, ``30 seconds``."""
    # Django's year, the age of its CSRF cookie, has 52 weeks.
    for unit, size in (("year", 31_449_600), ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = round(seconds / size)
            return f"{number} {unit}{pluralize(number)}"
    return f"{seconds} second{pluralize(seconds)}"


def why_refused(cookie: SetCookie, host: str, scheme: str = "") -> str:
    """Why a browser refuses that cookie of a host; empty where it keeps it. Where it is not known under which name it
    has asked the host, the name is taken for one that fits."""
    domain = domain_in(cookie.attributes)
    host = host or domain
    match next(reasons(cookie.name, cookie.attributes, host, scheme), None):
        case None:
            return ""
        case Reason.ADDRESS | Reason.OTHER_DOMAIN:
            return f"Domain={domain}: {host} is not part of it."
        case Reason.ONE_PART:
            return f"Domain={domain}: a name of one part, which only that host itself may set."
        case Reason.PUBLIC_SUFFIX:
            return f"Domain={domain}: a public suffix, below which strangers have hosts."
        case Reason.PREFIX:
            return of_prefix(cookie.name, cookie.attributes)
        case Reason.NONE_WITHOUT_SECURE:
            return "SameSite=None without Secure."
        case Reason.PARTITIONED_WITHOUT_SECURE:
            return "Partitioned without Secure."
        case Reason.SECURE_OVER_HTTP:
            return f"Secure, and {host} was asked over http."


def of_prefix(name: str, attributes: dict[str, str]) -> str:
    missing = missing_for_prefix(name, attributes)
    return f"A name that begins so needs {get_text_list(missing, 'and')}." if missing else ""


def place_of(attributes: dict[str, str], host: str) -> tuple[str, bool, str]:
    """Where a browser keeps a cookie that the host sets: Domain or host, whether it goes to that host only, and Path.
    Another of the same name and place replaces it (RFC 6265bis, section 5.7). A host of one part that names itself as
    the Domain has named none."""
    domain = domain_in(attributes)
    is_host_only = not domain or (domain == host and "." not in domain)
    return domain or host, is_host_only, attributes.get("path", "/")


def host_asked(exchange: Exchange) -> str:
    """As the browser has named it, without the port; empty where it has not."""
    return split_domain_port(str(exchange.headers.get("Host", "")))[0]


def why_it_never_came(attributes: dict[str, str], asked: Exchange, server: Participant) -> str:
    """What is likely to keep a browser from sending back a cookie with these attributes, which it does not refuse,
    beside what was asked."""
    causes = [
        cause for find in (of_path, of_secure_at_home, of_same_site) if (cause := find(attributes, asked, server))
    ]
    return " ".join(causes) or OTHER_CAUSES


OTHER_CAUSES = "The browser may block cookies, it may have dropped one over 4096 bytes, or somebody has deleted it."


def of_path(attributes: dict[str, str], asked: Exchange, server: Participant) -> str:
    path = attributes.get("path", "/")
    return "" if path_matches(path, asked.path) else f"Path={path}: it goes to addresses there, not to {asked.path}."


def path_matches(cookie_path: str, path: str) -> bool:
    """Whether a browser sends a cookie with that Path there (RFC 6265, section 5.1.4)."""
    return path == cookie_path or path.startswith(f"{cookie_path.removesuffix('/')}/")


def of_secure_at_home(attributes: dict[str, str], asked: Exchange, server: Participant) -> str:
    is_kept_back = "secure" in attributes and server.origin.startswith("http://")
    return "Secure, and this is http: some browsers send it, but only on loopback names." if is_kept_back else ""


def of_same_site(attributes: dict[str, str], asked: Exchange, server: Participant) -> str:
    why = why_kept_back(attributes, asked)
    return f"{why}: it comes with the next click." if why else ""


def why_kept_back(attributes: dict[str, str], asked: Exchange) -> str:
    """Why a browser that has the cookie does not send it with that request, since another site made it (RFC 6265bis,
    section 5.8.3); empty where it does."""
    if asked.headers.get("Sec-Fetch-Site") != "cross-site":
        return ""
    is_followed = asked.method in ("GET", "HEAD") and asked.headers.get("Sec-Fetch-Mode") == "navigate"
    match same_site_in(attributes):
        case "Strict":
            return "SameSite=Strict, and another site led here"
        case "Lax" if not is_followed:
            return f"SameSite=Lax, and another site made this {asked.method}"
    return ""


NOT_TAKEN = (
    "not taken: another of this name came after it, and Django reads the last. Possible reasons: one of the two has "
    "another Path, or a host beside this one has set it with Domain."
)


def of_cookie(role: str, owner: Participant | None, here: Participant, store: Store) -> str:
    """Why a browser sent a cookie of that role (``session``, ``csrf`` or nothing) to the server ``here``, which keeps
    sessions in that store; ``owner`` has set it, as its name tells."""
    if role == "session" and store is Store.COOKIE:
        return "own: the session cookie. The session is in it, with a signature of this server."
    if role == "session":
        return f"own: the session cookie. It says nothing about you; it finds a {store}."
    if role == "csrf":
        return "own: the CSRF cookie. A form must send a masked copy of it. A page of another site cannot make one."
    if owner == here:
        return "own."
    if owner:
        return f"named as {owner.title} names its own, {how_it_came(owner, here)}"
    return (
        "of no server that is recorded here. Possible: another program on this host, a host beside it that named a "
        "Domain, or a script."
    )


def how_it_came(owner: Participant, here: Participant) -> str:
    """Why a cookie of another server may have come here."""
    if owner.host == here.host:
        return "on this same host: a cookie knows hosts, not ports."
    if domain := owner.attributes.get("domain"):
        return f"which sets it with Domain={domain}."
    return "which sets no Domain: why it came to this host is not known here."


def has_session_cookie(exchange: Exchange) -> bool:
    return any(cookie.role == "session" and cookie.is_taken for cookie in exchange.cookies)


def came_twice(exchange: Exchange) -> bool:
    """Whether the session cookie came more than once: Django takes the last, whoever has set it."""
    return any(cookie.role == "session" and not cookie.is_taken for cookie in exchange.cookies)


DROPPED = ("refused", "too large")  # news of a cookie that a browser drops, and keeps what it had before


@dataclass(frozen=True)
class News:
    """One ``Set-Cookie`` beside the cookies that had come: ``what`` is ``set``, ``renewed``, ``deleted``, ``too large``
    or ``refused``, and ``why`` says why a browser refuses it."""

    cookie: SetCookie
    what: str
    why: str = ""

    @property
    def attributes(self) -> list[Attribute]:
        """What they do; nothing where a browser does not take the cookie."""
        return [] if self.what in DROPPED else of_attributes(self.cookie.attributes)


def news_in(exchange: Exchange) -> list[News]:
    host = host_asked(exchange)
    return [news_of(cookie, exchange.cookies, why_refused(cookie, host)) for cookie in exchange.set_cookies]


def news_of(cookie: SetCookie, sent: tuple[Cookie, ...], why: str) -> News:
    if why:
        return News(cookie, "refused", why)
    if is_deletion(cookie.attributes):
        return News(cookie, "deleted")
    if cookie.size > MAX_SIZE:
        return News(cookie, "too large")
    is_known = any((one.name, one.value) == (cookie.name, cookie.value) for one in sent)
    return News(cookie, "renewed" if is_known else "set")
