"""A ``Cookie`` line: what a browser sends (RFC 6265, 4.2)."""

import re
from collections import Counter
from dataclasses import dataclass

from django.conf import global_settings

from session_inspector.cookie_header import pairs_in
from session_inspector.inspector.paste.reading import Finding, Part, Reading, Topic, findings_of, masked, shown

SESSION, CSRF = global_settings.SESSION_COOKIE_NAME, global_settings.CSRF_COOKIE_NAME
MAX_HEADER = 8190  # bytes of one header that gunicorn takes (limit_request_field_size)
KEY = re.compile("[a-z0-9]{32}")  # of Django's sessions
SIGNED = re.compile(r"\.?[\w-]+:[\w-]+:[\w-]{20,}")  # a session in its cookie: data, time and signature
ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite"}
MEANINGS = {
    SESSION: "Django’s session cookie, by its default name: the key of a session.",
    CSRF: "Django’s CSRF cookie, by its default name: a form must send a masked copy of it.",
    "messages": "Messages for the next page, where Django keeps them in a cookie.",
    "django_language": "The language that a page of Django has set.",
}


@dataclass(frozen=True)
class CookieLine:
    line: str
    pairs: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for found, value in self.pairs if found == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.pairs]

    @property
    def size(self) -> int:
        return len(self.line.encode(errors="replace"))


def check_twice(cookies: CookieLine) -> Finding | None:
    twice = [name for name, times in Counter(cookies.names).items() if times > 1]
    if not twice:
        return None
    return Finding(
        f"{shown(twice[0])} came more than once: Django takes the last.",
        "One of them has another Path. Or a host above this one has set it, with Domain.",
        "Delete both in the browser’s devtools, and give each project a cookie name of its own.",
        Topic.SIBLING_HOSTS,
    )


def check_attributes(cookies: CookieLine) -> Finding | None:
    if not ATTRIBUTES & {name.lower() for name in cookies.names}:
        return None
    return Finding(
        "There is the name of an attribute among the cookies: a browser sends names and values only.",
        "This is from a Set-Cookie line, or a program has sent such a line back as it was.",
        "Send name=value alone.",
    )


def check_commas(cookies: CookieLine) -> Finding | None:
    if not any(re.search(r",\s*[\w-]+=", value) for _, value in cookies.pairs):
        return None
    return Finding(
        "There is a comma between two cookies: servers take the second for a part of the first.",
        "A proxy or a program has joined two Cookie headers.",
        "Separate cookies by ; and a space.",
    )


def check_size(cookies: CookieLine) -> Finding | None:
    if cookies.size <= MAX_HEADER:
        return None
    return Finding(
        f"The line has {cookies.size} bytes: gunicorn refuses a header of more than {MAX_HEADER} by default.",
        "Many projects on one host set cookies, and each gets those of all. Or tokens are kept in cookies.",
        "Delete the cookies of this host, and keep only a key in each.",
        Topic.ONE_HOST,
    )


def check_csrf_alone(cookies: CookieLine) -> Finding | None:
    if CSRF not in cookies.names or SESSION in cookies.names:
        return None
    return Finding(
        f"{CSRF} came, and no {SESSION}: if the project uses Django’s names, nobody is signed in there.",
        "The browser never took the session cookie, or it was deleted: by logout(), or by another project on "
        "this host.",
        "Paste the Set-Cookie line of the sign-in here, with its address.",
        Topic.ONE_HOST,
    )


def check_signed(cookies: CookieLine) -> Finding | None:
    if not any(SIGNED.fullmatch(value) for value in cookies.values(SESSION)):
        return None
    return Finding(
        "The session itself is in the cookie (signed_cookies): everybody who has the cookie can read it.",
        "SESSION_ENGINE is django.contrib.sessions.backends.signed_cookies.",
        "Signing out does not end a copy of it. Another SESSION_ENGINE keeps sessions at the server.",
        Topic.KEPT_IN_COOKIE,
    )


def check_key(cookies: CookieLine) -> Finding | None:
    if all(KEY.fullmatch(value) or SIGNED.fullmatch(value) for value in cookies.values(SESSION)):
        return None
    return Finding(
        f"The value of {SESSION} is not like a key of Django: 32 small letters and digits.",
        "Another framework on this host uses the same name, or the value was cut or changed.",
        "Look in the answers of all servers of this host which one sets it.",
        Topic.ONE_HOST,
    )


def check_quotes(cookies: CookieLine) -> Finding | None:
    quoted = [name for name, value in cookies.pairs if len(value) > 2 and value[0] == value[-1] == '"']
    if not quoted:
        return None
    return Finding(
        f"The value of {shown(quoted[0])} stands in quotes: Django takes them off, other servers may not.",
        "The server that set it wrote it so: the value has a space, a comma or a ; in it.",
        "Compare the values without their quotes.",
    )


def check_default_name(cookies: CookieLine) -> Finding | None:
    if SESSION not in cookies.names:
        return None
    return Finding(
        f"{SESSION} is Django’s default name: each Django project on this host uses the same cookie, whatever its "
        "port.",
        "Nobody has set SESSION_COOKIE_NAME. Then two projects on localhost sign each other out.",
        "Give each project a SESSION_COOKIE_NAME of its own.",
        Topic.ONE_HOST,
    )


CHECKS = (
    check_attributes,
    check_commas,
    check_twice,
    check_size,
    check_csrf_alone,
    check_key,
    check_signed,
    check_quotes,
    check_default_name,
)
NOTE = "A Cookie line does not say which server has set a cookie, nor with which attributes."


def read_cookies(line: str) -> Reading:
    """Without the name of the header."""
    cookies = CookieLine(line, tuple(pairs_in(line)))
    parts = tuple(Part(shown(name), masked(value), MEANINGS.get(name, "")) for name, value in cookies.pairs)
    return Reading("a Cookie line", findings_of(cookies, CHECKS), parts, NOTE)
