"""What is worth a look in a cookie that browsers keep, or are told to delete."""

import re

from django.conf import global_settings

from session_inspector.explain.cookies import MAX_AGE, age_in, path_matches
from session_inspector.inspector.paste.reading import Finding, Topic, shown
from session_inspector.inspector.paste.set_cookie.line import KNOWN, SetCookie

MAX_ATTRIBUTE = 1024  # bytes of the value of one attribute (RFC 6265bis, 5.6)
OUTSIDE = re.compile(r"[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]")  # no cookie-octet (RFC 6265bis, 4.1.1)


def check_deletion(cookie: SetCookie) -> Finding | None:
    if not cookie.is_deletion:
        return None
    return Finding(
        "This deletes the cookie: its lifetime is over.",
        "Django does so after logout(), and when it finds no session for the key that came. Such a key is often that "
        "of another project on the same host, with the same cookie name.",
        "Look who has set the cookie before. Give each project a SESSION_COOKIE_NAME of its own.",
        Topic.ONE_HOST,
    )


def check_expires(cookie: SetCookie) -> Finding | None:
    said = cookie.attributes.get("expires")
    if said is None or cookie.expires or age_in(cookie.attributes) is not None:
        return None
    return Finding(
        "The date in Expires cannot be read: browsers leave it out, and forget the cookie when they close.",
        "It was put together by hand, in another language or as a number of seconds.",
        "Write it as in Wed, 21 Oct 2026 07:28:00 GMT, or use Max-Age.",
        Topic.CLOSED_BROWSER,
    )


def check_age(cookie: SetCookie) -> Finding | None:
    said = cookie.attributes.get("max-age")
    if said is None or age_in(cookie.attributes) is not None:
        return None
    return Finding(
        f"Max-Age={shown(said)} is no number of seconds: browsers leave it out.",
        "SESSION_COOKIE_AGE is a text or a fraction.",
        "Give whole seconds.",
        Topic.CLOSED_BROWSER,
    )


def check_path(cookie: SetCookie) -> Finding | None:
    if "path" not in cookie.attributes:
        return None
    if not cookie.path.startswith("/"):
        return Finding(
            "Path does not begin with /: browsers take the folder of the address instead.",
            "A SESSION_COOKIE_PATH without its first slash.",
            "Begin it with /.",
        )
    if cookie.place and not path_matches(cookie.path, cookie.place.path):
        return Finding(
            f"Path={shown(cookie.path)}: the cookie does not go to {shown(cookie.place.path)}.",
            "The project is at another path than it was set up for.",
            "Set SESSION_COOKIE_PATH to /, or to what the addresses of the project begin with.",
            Topic.ONE_HOST,
        )
    return None


def check_attribute_size(cookie: SetCookie) -> Finding | None:
    long = [name for name, value in cookie.attributes.items() if len(value.encode(errors="replace")) > MAX_ATTRIBUTE]
    if not long:
        return None
    return Finding(
        f"The value of {shown(long[0])} has more than {MAX_ATTRIBUTE} bytes: browsers leave the attribute out.",
        "A value that has a ; in it was not encoded.",
        "Encode the value of the cookie.",
    )


def check_same_site(cookie: SetCookie) -> Finding | None:
    said = cookie.attributes.get("samesite")
    if said is None or said.lower() in ("none", "lax"):
        return None
    if said.lower() == "strict":
        return Finding(
            "SameSite=Strict: after a sign-in form at a provider of another site, the cookie does not come to "
            "the callback.",
            "The state is in the session, so a session cookie with Strict makes such a sign-in fail.",
            "Use SameSite=Lax for the session cookie.",
            Topic.STRICT,
        )
    return Finding(
        f"SameSite={shown(said)} is none of Strict, Lax and None: browsers take their default.",
        "It is misspelt.",
        "Write Lax.",
    )


def check_unknown(cookie: SetCookie) -> Finding | None:
    unknown = [name for name in cookie.attributes if name not in KNOWN]
    if not unknown:
        return None
    return Finding(
        f"No browser knows the attribute {shown(unknown[0])}, and each leaves it out.",
        "It is misspelt, or the value of the cookie has a ; in it.",
        "Compare it with the names below.",
    )


def check_http_only(cookie: SetCookie) -> Finding | None:
    if "httponly" in cookie.attributes or not cookie.is_of_session or cookie.is_deletion:
        return None
    return Finding(
        "HttpOnly is missing: a script in a page can read this cookie, and whoever has it is signed in.",
        "SESSION_COOKIE_HTTPONLY is False, or another program has set the cookie.",
        "Leave SESSION_COOKIE_HTTPONLY as Django has it.",
    )


def check_characters(cookie: SetCookie) -> Finding | None:
    value = cookie.value
    if value == '""':  # http.cookies writes an empty value so
        return None
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return Finding(
            "The value stands in quotes: to a browser they are a part of it, Django takes them off.",
            "Python’s http.cookies quotes a value that has a space, a comma or a ; in it.",
            "Encode the value, if servers in other languages read it.",
        )
    if not OUTSIDE.search(value):
        return None
    return Finding(
        "The value has characters that a server should not send (RFC 6265bis, 4.1.1): servers read them differently.",
        "Text or JSON was put into the cookie as it is.",
        "Encode the value, for instance with urllib.parse.quote.",
    )


def check_max_age(cookie: SetCookie) -> Finding | None:
    said = cookie.attributes.get("max-age", "")
    if age_in(cookie.attributes) != MAX_AGE or int(said) == MAX_AGE:
        return None
    return Finding(
        "Max-Age is more than 400 days: no browser need keep a cookie for longer (RFC 6265bis, 5.5).",
        "The number was chosen to mean: for ever.",
        "Set the cookie anew when the person comes again.",
    )


def check_default_name(cookie: SetCookie) -> Finding | None:
    if (
        cookie.name != global_settings.SESSION_COOKIE_NAME
        or cookie.is_deletion
        or (cookie.place and not cookie.place.is_loopback)
    ):
        return None
    return Finding(
        "The name is Django’s default: each Django project on this host uses the same cookie, whatever its port.",
        "Nobody has set SESSION_COOKIE_NAME. Then two projects on localhost sign each other out.",
        "Give each project a SESSION_COOKIE_NAME of its own.",
        Topic.ONE_HOST,
    )


CHECKS = (
    check_deletion,
    check_expires,
    check_age,
    check_path,
    check_attribute_size,
    check_same_site,
    check_unknown,
    check_http_only,
    check_characters,
    check_max_age,
    check_default_name,
)
