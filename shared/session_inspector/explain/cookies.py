"""Cookies that were sent, and cookies that a browser was told to keep."""

from dataclasses import dataclass

from django.template.defaultfilters import pluralize

from session_inspector.journal.schema import Cookie, Exchange, SetCookie
from session_inspector.participant import Participant

# By attribute, as Django names them.
OF_ATTRIBUTES = {
    "httponly": "Scripts in a page cannot read it.",
    "path": "Sent to every address on this host that begins so.",
}
OF_SAME_SITE = {"Lax": "From another site: sent when you follow a link, not with its POSTs, frames or fetches."}
OF_ABSENCE = {
    "httponly": "A page’s script may read it, to send it in a header.",
    "domain": "This exact host only, but on any port.",
    "secure": "Also over plain http. Not for production.",
}
OUTLIVES = "also when the browser closes (not in a private window)"
WRITTEN = {"httponly": "HttpOnly", "samesite": "SameSite", "max-age": "Max-Age"}


def of_attributes(attributes: dict[str, str]) -> list[dict[str, str]]:
    """A row for each attribute and for each that is missing and would matter: ``{"written": ..., "why": ...}``."""
    rows = [lifetime(attributes)]
    for name, value in attributes.items():
        if name in ("max-age", "expires"):
            continue
        written = WRITTEN.get(name, name.capitalize())
        why = OF_SAME_SITE.get(value, "") if name == "samesite" else OF_ATTRIBUTES.get(name, "")
        rows.append({"written": written if value == "True" else f"{written}={value}", "why": why})
    for name, why in OF_ABSENCE.items():
        if name not in attributes:
            rows.append({"absent": WRITTEN.get(name, name.capitalize()), "why": why})
    return rows


def lifetime(attributes: dict[str, str]) -> dict[str, str]:
    if is_deletion(attributes):
        return {"written": f"Max-Age={attributes.get('max-age', 0)}", "why": "Forget it now: so a cookie is deleted."}
    if "max-age" in attributes:
        kept = duration(int(attributes["max-age"]))
        return {
            "written": f"Max-Age={attributes['max-age']}",
            "why": f"Kept for {kept}, {OUTLIVES}.",
        }
    if "expires" in attributes:
        return {
            "written": f"Expires={attributes['expires']}",
            "why": f"Kept until then, {OUTLIVES}.",
        }
    return {"absent": "Max-Age", "why": "Until the browser closes (one that restores its tabs may keep it)."}


def is_deletion(attributes: dict[str, str]) -> bool:
    """Whether a ``Set-Cookie`` with these attributes makes the browser forget the cookie (RFC 6265, section 5.2.2)."""
    if "max-age" in attributes:
        return int(attributes["max-age"]) <= 0
    return attributes.get("expires", "").startswith("Thu, 01 Jan 1970")


def duration(seconds: int) -> str:
    """Seconds in the largest unit that fits: ``2 weeks``, ``1 hour``, ``30 seconds``."""
    # Django's year, the age of its CSRF cookie, has 52 weeks.
    for unit, size in (("year", 31_449_600), ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = round(seconds / size)
            return f"{number} {unit}{pluralize(number)}"
    return f"{seconds} second{pluralize(seconds)}"


NOT_TAKEN = (
    "not taken: another of this name came after it, and Django reads the last. Possible reasons: one of the two has "
    "another Path, or a host beside this one has set it with Domain."
)


def of_cookie(role: str, owner: Participant | None, here: Participant) -> str:
    """Why a browser sent a cookie of that role (``session``, ``csrf`` or nothing) to the server ``here``; ``owner`` has
    set it, as its name tells."""
    if role == "session":
        return "own: the session cookie. It says nothing about you; it finds a row."
    if role == "csrf":
        return "own: the CSRF cookie. A form must repeat it, which a page of another site cannot."
    if owner == here:
        return "own."
    if owner:
        return "of another server here: a cookie knows hosts, not ports."
    return "of no server here: another program on this host has set it."


def has_session_cookie(exchange: Exchange) -> bool:
    return any(cookie.role == "session" and cookie.is_taken for cookie in exchange.cookies)


@dataclass(frozen=True)
class News:
    """One ``Set-Cookie`` beside the cookies that had come: ``what`` is ``set``, ``renewed`` or ``deleted``."""

    cookie: SetCookie
    what: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return of_attributes(self.cookie.attributes)


def news_in(exchange: Exchange) -> list[News]:
    return [News(cookie, what_is_new(cookie, exchange.cookies)) for cookie in exchange.set_cookies]


def what_is_new(cookie: SetCookie, sent: tuple[Cookie, ...]) -> str:
    if is_deletion(cookie.attributes):
        return "deleted"
    is_known = any((one.name, one.value) == (cookie.name, cookie.value) for one in sent)
    return "renewed" if is_known else "set"
