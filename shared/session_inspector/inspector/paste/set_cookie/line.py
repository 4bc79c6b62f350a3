"""The parts of a ``Set-Cookie`` line."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

from session_inspector.explain.cookies import age_in
from session_inspector.explain.refused_cookies import Reason, domain_in, reasons
from session_inspector.inspector.paste.place import Place

KNOWN = {"expires", "max-age", "domain", "path", "secure", "httponly", "samesite", "partitioned", "priority"}
FLAGS = {"secure", "httponly", "partitioned"}
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
    def host(self) -> str:
        return self.place.host if self.place else ""

    @property
    def scheme(self) -> str:
        return self.place.scheme if self.place else ""

    @property
    def refused_for(self) -> set[Reason]:
        return set(reasons(self.name, self.attributes, self.host, self.scheme))

    @property
    def is_secure(self) -> bool:
        return "secure" in self.attributes

    @property
    def domain(self) -> str:
        return domain_in(self.attributes)

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
