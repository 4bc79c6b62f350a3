"""For what browsers refuse a cookie, or take another than was meant."""

import re

from session_inspector.explain.cookies import of_prefix
from session_inspector.explain.refused_cookies import MAX_SIZE, Reason, reason_of_domain
from session_inspector.inspector.paste.reading import Finding, Topic, shown
from session_inspector.inspector.paste.set_cookie.line import SetCookie

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
SECOND = re.compile(r",\s*+(?!\d\d[ -])([!#$%&'*+.^_`|~\w-]+)=")


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
    if Reason.NONE_WITHOUT_SECURE not in cookie.refused_for:
        return None
    return Finding(
        "SameSite=None without Secure: browsers refuse the cookie.",
        "SESSION_COOKIE_SAMESITE was set to 'None' for a frame or for another site, and the server speaks http.",
        "Serve it by https with Secure, or set SameSite=Lax: a callback with a redirect needs no more.",
    )


def check_secure_over_http(cookie: SetCookie) -> Finding | None:
    if Reason.SECURE_OVER_HTTP not in cookie.refused_for:
        return None
    return Finding(
        "Secure, and sent over http: browsers ignore the cookie.",
        "SESSION_COOKIE_SECURE is set, and the page is opened with http.",
        "Open it with https. Behind a proxy, look which address the browser shows.",
        Topic.PROXY,
    )


def check_secure_on_loopback(cookie: SetCookie) -> Finding | None:
    place = cookie.place
    if not cookie.is_secure or not place or not place.is_http or not place.is_loopback:
        return None
    return Finding(
        "Secure, and sent over http on a loopback name: Chromium and Firefox keep it, Safari does not.",
        "SESSION_COOKIE_SECURE is set for production, and the development server speaks http.",
        "Set SESSION_COOKIE_SECURE where the server speaks https only.",
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
    domain = shown(cookie.domain)
    match reason_of_domain(cookie.attributes, cookie.host):
        case Reason.ADDRESS:
            return Finding(
                f"Domain is the address {domain}: browsers take it from that host alone.",
                "SESSION_COOKIE_DOMAIN was set to what is in the address bar.",
                "Leave Domain out: then the cookie goes to the host that has set it.",
            )
        case Reason.ONE_PART:
            return Finding(
                f"Domain={domain} is a name of one part: browsers refuse the cookie from every other host.",
                "SESSION_COOKIE_DOMAIN was set for development, often to localhost.",
                "Leave Domain out. For several hosts, use names below a common one, such as a.lab.localhost and "
                "b.lab.localhost.",
                Topic.SIBLING_HOSTS,
            )
        case Reason.PUBLIC_SUFFIX:
            return Finding(
                f"Domain={domain} is a public suffix, below which strangers have hosts: browsers refuse the cookie.",
                "The name of the own host was cut too far.",
                "Name a host of your own, or leave Domain out.",
            )
        case Reason.OTHER_DOMAIN:
            return Finding(
                f"Domain={domain}, and {shown(cookie.host)} is no part of it: browsers refuse the cookie.",
                "The setting is for production, and the page was opened under another name.",
                "Leave Domain out, or open the page under that name.",
            )
    return None


def check_second(cookie: SetCookie) -> Finding | None:
    found = SECOND.search(cookie.line)
    if not found:
        return None
    return Finding(
        "A second cookie stands in the same line, behind a comma: browsers take it for a part of the first.",
        "A proxy or a program has joined two Set-Cookie headers, which RFC 6265bis (3) forbids.",
        "Send a header for each cookie.",
    )


def check_partitioned(cookie: SetCookie) -> Finding | None:
    if Reason.PARTITIONED_WITHOUT_SECURE not in cookie.refused_for:
        return None
    return Finding(
        "Partitioned without Secure: browsers refuse the cookie.",
        "Partitioned was added for a frame in another site, and Secure forgotten.",
        "Add Secure.",
    )


CHECKS = (
    check_controls,
    check_pair,
    check_size,
    check_none_without_secure,
    check_secure_over_http,
    check_secure_on_loopback,
    check_prefix,
    check_domain,
    check_second,
    check_partitioned,
)
