"""An address as far as cookies and sign-ins care: scheme, host, port and path."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Place:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK or self.host.endswith(".localhost")

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
    return Place(parts.scheme, parts.hostname, port or PORTS[parts.scheme], parts.path or "/")


def is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
