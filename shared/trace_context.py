"""One sign-in, as every server that takes part in it names it, without asking another."""

import hashlib
import re


def journey_of(state: str) -> str:
    """The journey of an OpenID Connect ``state``: 32 hexadecimal digits, from which nobody can tell the state."""
    return hashlib.sha256(f"journey:{state}".encode()).hexdigest()[:32]


def traceparent(journey: str) -> str:
    """The header by which a journey travels from server to server (W3C Trace Context, section 3.2)."""
    return f"00-{journey}-{journey[:16]}-01"


def journey_in(header: str) -> str:
    """The journey of a ``traceparent`` header, or nothing."""
    parts = header.split("-")
    return parts[1] if len(parts) == 4 and re.fullmatch("[0-9a-f]{32}", parts[1]) else ""
