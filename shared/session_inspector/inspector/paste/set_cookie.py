"""A ``Set-Cookie`` line, as a browser reads it (RFC 6265bis, 5.6 and 5.7)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.conf import global_settings
from django.utils import timezone
from django.utils.http import is_same_domain

from session_inspector.explain.cookies import (
    MAX_AGE,
    MAX_SIZE,
    Attribute,
    age_in,
    of_attributes,
    of_prefix,
    path_matches,
)
from session_inspector.inspector.paste.place import Place, is_ip
from session_inspector.inspector.paste.reading import Finding, Part, Reading, Topic, findings_of, masked, shown

MAX_ATTRIBUTE = 1024  # bytes of the value of one attribute (RFC 6265bis, 5.6)
KNOWN = {"expires", "max-age", "domain", "path", "secure", "httponly", "samesite", "partitioned", "priority"}
FLAGS = {"secure", "httponly", "partitioned"}
# Some of the public suffixes (publicsuffix.org): the list has thousands more.
SUFFIXES = {
    "co.uk", "org.uk", "ac.uk", "com.au", "co.nz", "co.jp", "com.br", "co.in", "co.za", "github.io", "gitlab.io",
    "herokuapp.com", "netlify.app", "vercel.app", "web.app", "pages.dev", "workers.dev", "fly.dev", "onrender.com",
    "azurewebsites.net", "cloudfront.net", "pythonanywhere.com",
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
OUTSIDE = re.compile(r"[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]")  # no cookie-octet (RFC 6265bis, 4.1.1)
SECOND = re.compile(r",\s*+(?!\d\d[ -])([!#$%&'*+.^_`|~\w-]+)=")
OF_ATTRIBUTES = {
    "Domain": "Sent to this host and to all below it.",
    "Secure": "For https. Over http, some browsers send it on loopback names only.",
    "Partitioned": "In a frame of another site, the cookie is one of that site alone.",
}
OF_SESSION = re.compile(r"sess|auth|token|sid\b", re.IGNORECASE)


@dataclass(frozen=True)
class SetCookie:
    """``attributes`` by their names in small letters, ``True`` for a flag; of two of one name the last.
    ``place`` is the address that sent it, if that is known."""

    line: str
    name: str
    value: str
    attributes: dict[str, str]
    has_equals: bool
    place: Place | None = None

    @property
    def is_secure(self) -> bool:
        return "secure" in self.attributes

    @property
    def domain(self) -> str:
        return self.attributes.get("domain", "").removeprefix(".").lower()

    @property
    def path(self) -> str:
        return self.attributes.get("path", "")

    @property
    def sent_below(self) -> str:
        """The path below which it is sent: without a good one, the folder of the address that sent it (RFC 6265,
        5.1.4)."""
        folder = self.place.path.rpartition("/")[0] if self.place else ""
        return self.path if self.path.startswith("/") else folder or "/"

    @property
    def size(self) -> int:
        return len(self.name.encode(errors="replace")) + len(self.value.encode(errors="replace"))

    @property
    def expires(self) -> datetime | None:
        return date_in(self.attributes.get("expires", ""))

    @property
    def is_deletion(self) -> bool:
        age = age_in(self.attributes)
        return age <= 0 if age is not None else self.expires is not None and self.expires <= timezone.now()

    @property
    def is_of_session(self) -> bool:
        return bool(OF_SESSION.search(self.name)) and "csrf" not in self.name.lower()


def set_cookie_of(line: str, place: Place | None = None) -> SetCookie:
    """Without the name of the header."""
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=") if "=" in pair else ("", "", pair)
    attributes = {}
    for one in rest:
        key, _, said = (part.strip() for part in one.partition("="))
        if key:
            attributes[key.lower()] = "True" if key.lower() in FLAGS else said
    return SetCookie(line, name.strip(), value.strip(), attributes, bool(equals), place)


def date_in(text: str) -> datetime | None:
    """None for no date. Browsers take more forms than this (RFC 6265bis, 5.1.1), with dashes for instance."""
    try:
        found = parsedate_to_datetime(re.sub(r"(\d)-(\w{3})-(\d)", r"\1 \2 \3", text))
        return found if found.tzinfo else timezone.make_aware(found)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def check_controls(cookie: SetCookie) -> Finding | None:
    if not CONTROL.search(cookie.line):
        return None
    return Finding(
        "There is a control character in the line: browsers drop the whole cookie.",
        "A value was put into the cookie without encoding it.",
        "Encode the value, for instance with urllib.parse.quote.",
    )


def check_pair(cookie: SetCookie) -> Finding | None:
    if cookie.name and cookie.has_equals:
        return None
    return Finding(
        "The cookie has no name before =.",
        "The line was cut, or the program that wrote it has left the name empty.",
        "Give it a name: Django takes a cookie without one for one whose name is empty.",
    )


def check_size(cookie: SetCookie) -> Finding | None:
    if cookie.size <= MAX_SIZE:
        return None
    return Finding(
        f"Name and value have {cookie.size} bytes: browsers drop a cookie of more than {MAX_SIZE}, and keep the "
        "old one.",
        "The session itself is in the cookie (signed_cookies), or a token was put into it.",
        "Keep sessions in a database or a cache, and only the key in the cookie.",
        Topic.TOO_LARGE,
    )


def check_none_without_secure(cookie: SetCookie) -> Finding | None:
    if cookie.attributes.get("samesite", "").lower() != "none" or cookie.is_secure:
        return None
    return Finding(
        "SameSite=None without Secure: browsers refuse the cookie.",
        "SESSION_COOKIE_SAMESITE was set to 'None' for a frame or for another site, and the server speaks http.",
        "Serve it by https with Secure, or set SameSite=Lax: a callback with a redirect needs no more.",
    )


def check_secure_over_http(cookie: SetCookie) -> Finding | None:
    if not cookie.is_secure or not cookie.place or not cookie.place.is_http:
        return None
    if cookie.place.is_loopback:
        return Finding(
            "Secure, and sent over http on a loopback name: Chromium and Firefox keep it, Safari does not.",
            "SESSION_COOKIE_SECURE is set for production, and the development server speaks http.",
            "Set SESSION_COOKIE_SECURE where the server speaks https only.",
        )
    return Finding(
        "Secure, and sent over http: browsers ignore the cookie.",
        "SESSION_COOKIE_SECURE is set, and the page is opened with http.",
        "Open it with https. Behind a proxy, look which address the browser shows.",
        Topic.PROXY,
    )


def check_prefix(cookie: SetCookie) -> Finding | None:
    needed = of_prefix(cookie.name, cookie.attributes)
    if not needed:
        return None
    return Finding(
        f"Browsers refuse a cookie of this name with these attributes. {needed}",
        "The name was changed, and the other settings of the cookie were not.",
        "Set what the name needs, or take another name.",
        Topic.SIBLING_HOSTS,
    )


def check_domain(cookie: SetCookie) -> Finding | None:
    domain, place = cookie.domain, cookie.place
    if not domain or (place and place.host == domain):
        return None
    if is_ip(domain):
        return Finding(
            f"Domain is the address {shown(domain)}: browsers take it from that host alone.",
            "SESSION_COOKIE_DOMAIN was set to what is in the address bar.",
            "Leave Domain out: then the cookie goes to the host that has set it.",
        )
    if "." not in domain:
        return Finding(
            f"Domain={shown(domain)} is a name of one part: browsers refuse the cookie from every other host.",
            "SESSION_COOKIE_DOMAIN was set for development, often to localhost.",
            "Leave Domain out. For several hosts, use names below a common one, such as a.lab.localhost and "
            "b.lab.localhost.",
            Topic.SIBLING_HOSTS,
        )
    if domain in SUFFIXES:
        return Finding(
            f"Domain={shown(domain)} is a public suffix, below which strangers have hosts: browsers refuse the cookie.",
            "The name of the own host was cut too far.",
            "Name a host of your own, or leave Domain out.",
        )
    if place and not is_same_domain(place.host, f".{domain}"):
        return Finding(
            f"Domain={shown(domain)}, and {shown(place.host)} is no part of it: browsers refuse the cookie.",
            "The setting is for production, and the page was opened under another name.",
            "Leave Domain out, or open the page under that name.",
        )
    return None


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


def check_second(cookie: SetCookie) -> Finding | None:
    found = SECOND.search(cookie.line)
    if not found:
        return None
    return Finding(
        "A second cookie stands in the same line, behind a comma: browsers take it for a part of the first.",
        "A proxy or a program has joined two Set-Cookie headers, which RFC 6265bis (3) forbids.",
        "Send a header for each cookie.",
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


def check_unknown(cookie: SetCookie) -> Finding | None:
    unknown = [name for name in cookie.attributes if name not in KNOWN]
    if not unknown:
        return None
    return Finding(
        f"No browser knows the attribute {shown(unknown[0])}, and each leaves it out.",
        "It is misspelt, or the value of the cookie has a ; in it.",
        "Compare it with the names below.",
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


def check_partitioned(cookie: SetCookie) -> Finding | None:
    if "partitioned" not in cookie.attributes or cookie.is_secure:
        return None
    return Finding(
        "Partitioned without Secure: browsers refuse the cookie.",
        "Partitioned was added for a frame in another site, and Secure forgotten.",
        "Add Secure.",
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


def check_http_only(cookie: SetCookie) -> Finding | None:
    if "httponly" in cookie.attributes or not cookie.is_of_session or cookie.is_deletion:
        return None
    return Finding(
        "HttpOnly is missing: a script in a page can read this cookie, and whoever has it is signed in.",
        "SESSION_COOKIE_HTTPONLY is False, or another program has set the cookie.",
        "Leave SESSION_COOKIE_HTTPONLY as Django has it.",
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


# Those for which browsers refuse the cookie come first.
CHECKS = (
    check_controls,
    check_pair,
    check_size,
    check_none_without_secure,
    check_secure_over_http,
    check_prefix,
    check_domain,
    check_second,
    check_partitioned,
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


def parts_of(cookie: SetCookie) -> tuple[Part, ...]:
    known = {name: value for name, value in cookie.attributes.items() if name in KNOWN}
    value = Part("value", masked(cookie.value), f"{cookie.size} bytes, with the name.")
    return (Part("name", shown(cookie.name)), value, *map(part_of, of_attributes(known)))


def part_of(attribute: Attribute) -> Part:
    if attribute.absent:
        return Part(f"no {attribute.absent}", "", attribute.why)
    name, _, value = attribute.written.partition("=")
    return Part(shown(name), shown(value), attribute.why or OF_ATTRIBUTES.get(name, ""))


NOT_KNOWN = "Which address sent it is not known here: name it to have Domain, Path and Secure compared with it."


def read_set_cookies(lines: list[str], place: Place | None) -> Reading:
    """One or more, each without the name of the header."""
    cookies = [set_cookie_of(line, place) for line in lines]
    kind = "a Set-Cookie line" if len(cookies) == 1 else f"{len(cookies)} Set-Cookie lines"
    findings = tuple(found for cookie in cookies for found in findings_of(cookie, CHECKS))
    parts = tuple(part for cookie in cookies for part in parts_of(cookie))
    return Reading(kind, findings, parts, "" if place else NOT_KNOWN)
