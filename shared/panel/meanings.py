"""What is written in a session, and in a Set-Cookie, in one sentence each."""

from django.conf import settings

from shared.servers import Server

# By name, whoever writes it. What a server of the lab adds is in its setting SESSION_MEANINGS.
OF_VALUES = {
    "_auth_user_id": "Who you are: the number of a user in this server’s own table.",
    "_auth_user_backend": "The class that recognised you at sign-in; it loads the user now.",
    "_auth_user_hash": "Made from your user’s password field here (random, at a site). Change it: the session is void.",
    "_messages": "A notice for the next page, kept until it is shown.",
    "oidc_states": "Sign-ins under way: a secret for each, to be found again in identity’s answer. Empty: none.",
    "oidc_login_next": "Where you wanted to go before you were sent to identity.",
    "oidc_id_token_expiration": "When mozilla-django-oidc would ask identity again, if its SessionRefresh were in use.",
    "account_authentication_methods": "How you signed in, and when: allauth’s memory of it.",
    "account_authentication_methods_user": "Whose memory that is.",
}

# By attribute, as Django names them.
OF_ATTRIBUTES = {
    "httponly": "Scripts in a page cannot read it.",
    "path": "Sent to every address on this host that begins so.",
}
OF_SAME_SITE = {"Lax": "From another site: sent when you follow a link, not with its POSTs, frames or fetches."}
OF_ABSENCE = {
    "httponly": "A page’s script may read it, to send it in a header.",
    "domain": "This exact host only, but on any port.",
    "secure": "Also over plain http, as the lab uses. Not for production.",
}
WRITTEN = {"httponly": "HttpOnly", "samesite": "SameSite", "max-age": "Max-Age"}


def of_value(name: str, value: object) -> str:
    if name == "_session_expiry" and value == 0:
        return "Left by set_expiry(0): the cookie goes when the browser closes."
    if name == "_session_expiry":
        return f"Left by set_expiry({value}). Without it: two weeks."
    return settings.SESSION_MEANINGS.get(name) or OF_VALUES.get(name, "")


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
        return {"written": f"Max-Age={attributes['max-age']}", "why": f"Kept for {kept}, also when the browser closes."}
    if "expires" in attributes:
        return {"written": f"Expires={attributes['expires']}", "why": "Kept until then, also when the browser closes."}
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
            return f"{number} {unit}{'s' * (number > 1)}"
    return f"{seconds} second{'s' * (seconds != 1)}"


def of_cookie(name: str, owner: Server | None) -> str:
    """Why a browser sent the cookie of that name, which ``owner`` has set."""
    if name == settings.SESSION_COOKIE_NAME:
        return "own: the session cookie. It says nothing about you; it finds a row."
    if name == settings.CSRF_COOKIE_NAME:
        return "own: the CSRF cookie. A form must repeat it, which a page of another site cannot."
    if owner == settings.SERVER:
        return "own."
    if owner:
        return "of another server of this lab: a cookie knows hosts, not ports."
    return "not of this lab: another program on this host has set it."
