"""An address as far as cookies and sign-ins care: scheme, host, port and path."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from loopback import is_loopback

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Place:
    """``host`` is in small letters, and has brackets if it is an IPv6 address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def is_http(self) -> bool:
        return self.scheme == "http"


def place_of(address: str) -> Place | None:
    """None for what is no address of http or https."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Place(parts.scheme, host, port or PORTS[parts.scheme], parts.path or "/")
