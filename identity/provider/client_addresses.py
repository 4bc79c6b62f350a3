"""Which addresses a client may register. Whoever writes one wrong is told what, and what to write instead."""

import re
from urllib.parse import urlsplit

from identity.models import Registration
from loopback import is_loopback

MAX_LENGTH = 1000  # characters


def fault_of(address: str, kind: str) -> str:
    """A sentence about an address of a client of that kind; empty if it may be registered (RFC 6749, 3.1.2)."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "It is no address: compare it with https://site.example/callback."
    if len(address) > MAX_LENGTH:
        return f"It is longer than {MAX_LENGTH} characters."
    if not re.fullmatch(r"[!-~]+", address):
        return "It has a space, or a letter that an address must encode."
    if "#" in address:
        return "It has a #. A redirect URI has no fragment: write it without # and all after it."
    if "*" in address:
        return "It has a *. Identity compares letter by letter: register each address of its own."
    if is_scheme_of_app(parts.scheme) and kind == Registration.Kind.NATIVE_APP:
        return ""
    if parts.scheme not in ("https", "http"):
        return fault_of_scheme(parts.scheme, kind)
    if not host or port == 0 or "@" in parts.netloc or parts.netloc.endswith(":"):
        return "After the scheme, it must have a host, perhaps a port, and nothing else before the path."
    if parts.scheme == "http" and not is_loopback(host):
        return (
            "It is http, and its host is not this machine: write https, since anybody on the way could read the code."
        )
    return ""


def fault_of_scheme(scheme: str, kind: str) -> str:
    if not scheme:
        return "It has no scheme: begin with https://, or with http:// and a host of this machine."
    if kind == Registration.Kind.NATIVE_APP:
        return "A scheme of an app has a dot: it is the app’s domain backwards, such as com.example.app:/callback."
    return f"Its scheme is {scheme}. Only https will do, or http with a host of this machine."


def is_scheme_of_app(scheme: str) -> bool:
    """A domain backwards (RFC 8252, 7.1)."""
    return "." in scheme
