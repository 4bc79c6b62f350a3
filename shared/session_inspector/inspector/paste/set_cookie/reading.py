"""What is said of one pasted ``Set-Cookie`` line, or of more."""

from session_inspector.explain.cookies import Attribute, of_attributes
from session_inspector.inspector.paste.place import Place
from session_inspector.inspector.paste.reading import Part, Reading, findings_of, masked, shown
from session_inspector.inspector.paste.set_cookie import kept, refused
from session_inspector.inspector.paste.set_cookie.line import KNOWN, SetCookie, set_cookie_of

CHECKS = (*refused.CHECKS, *kept.CHECKS)
OF_ATTRIBUTES = {
    "Domain": "Sent to this host and to all below it.",
    "Secure": "For https. Over http, some browsers send it on loopback names only.",
    "Partitioned": "In a frame of another site, the cookie is one of that site alone.",
}
NOT_KNOWN = "Which address sent it is not known here: name it to have Domain, Path and Secure compared with it."


def parts_of(cookie: SetCookie) -> tuple[Part, ...]:
    known = {name: value for name, value in cookie.attributes.items() if name in KNOWN}
    value = Part("value", masked(cookie.value), f"{cookie.size} bytes, with the name.")
    return (Part("name", shown(cookie.name)), value, *map(part_of, of_attributes(known)))


def part_of(attribute: Attribute) -> Part:
    if attribute.absent:
        return Part(f"no {attribute.absent}", "", attribute.why)
    name, _, value = attribute.written.partition("=")
    return Part(shown(name), shown(value), attribute.why or OF_ATTRIBUTES.get(name, ""))


def read_set_cookies(lines: list[str], place: Place | None) -> Reading:
    """One or more, each without the name of the header."""
    cookies = [set_cookie_of(line, place) for line in lines]
    kind = "a Set-Cookie line" if len(cookies) == 1 else f"{len(cookies)} Set-Cookie lines"
    findings = tuple(found for cookie in cookies for found in findings_of(cookie, CHECKS))
    parts = tuple(part for cookie in cookies for part in parts_of(cookie))
    return Reading(kind, findings, parts, "" if place else NOT_KNOWN)
