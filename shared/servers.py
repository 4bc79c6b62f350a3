"""The servers of the lab as data: the only place that knows a port or a host name.

``LAB_PORT`` (default 8000) is identity's port, the others follow it. ``LAB_DOMAIN`` (default ``localhost``) is
what their host names end in. Each server has a host name of its own because cookies are kept per host, never per
port (RFC 6265, section 8.5).
"""

import os
import re
from dataclasses import dataclass


def first_port() -> int:
    """identity's port, from ``LAB_PORT``. Ends the process with one line if that is no usable port."""
    port = os.environ.get("LAB_PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 1024 <= int(port) <= 65000):
        raise SystemExit(f"LAB_PORT must be a number from 1024 to 65000, not {port!r}.")
    return int(port)


def domain() -> str:
    """What every host name ends in, from ``LAB_DOMAIN``. Ends the process with one line if that is no host name."""
    name = os.environ.get("LAB_DOMAIN") or "localhost"
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", name):
        raise SystemExit(f"LAB_DOMAIN must be a host name in lower case, such as lab.localhost, not {name!r}.")
    return name


@dataclass(frozen=True)
class Server:
    """One server: ``name`` is its folder, ``label`` its part of the host name and its client id."""

    name: str
    title: str
    what: str
    role: str
    letter: str
    hue: str
    port: int
    domain: str

    @property
    def label(self) -> str:
        return self.name.replace("_", "-")

    @property
    def icon(self) -> str:
        """Its letter on its colour, among the static files."""
        return f"{self.hue}.svg"

    @property
    def host(self) -> str:
        return f"{self.label}.{self.domain}"

    @property
    def netloc(self) -> str:
        """Host and port, as a browser sends them in ``Host``."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what browsers call this server, and so do the other servers."""
        return f"http://{self.netloc}"

    @property
    def address(self) -> str:
        """Where it listens: Python does not resolve ``*.localhost``, so servers connect to this one."""
        return f"127.0.0.1:{self.port}"


PORT = first_port()
DOMAIN = domain()

IDENTITY = Server("identity", "identity", "", "OpenID Provider", "I", "identity", PORT, DOMAIN)
SITE_A = Server("site_a", "site A", "the library", "Relying Party", "A", "a", PORT + 1, DOMAIN)
SITE_B = Server("site_b", "site B", "the shop", "Relying Party", "B", "b", PORT + 2, DOMAIN)

INSPECTOR = Server("inspector", "inspector", "", "only watches", "▢", "inspector", PORT + 3, DOMAIN)

SITES = (SITE_A, SITE_B)
SERVERS = (IDENTITY, *SITES)  # the three that a person signs in to; the inspector watches them


def server_named(name: str) -> Server | None:
    return next((server for server in SERVERS if server.name == name), None)
