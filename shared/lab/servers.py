"""The servers of the lab as data: the only place that knows a port or a host name.

``LAB_PORT`` (default 8000) is Identity's port, the others follow it. ``LAB_DOMAIN`` (default ``localhost``) is
what their host names end in. With ``LAB_HTTPS=1`` they are asked over https. Each server has a host name of its own
because cookies are kept per host, never per port (RFC 6265, section 8.5). A stage of a scenario may give them others
(``runs``). ``LAB_ADDRESS`` (default 127.0.0.1) is where they listen: any other makes the lab one for a class, whose
browsers run on other machines. ``LAB_PUBLISHED=loopback`` says that these are the addresses of a container.
"""

import os
import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from lab import runs
from loopback import is_loopback
from session_inspector.participant import OPENID_PROVIDER, RELYING_PARTY


@dataclass(frozen=True)
class Server:
    """``name`` is its folder, ``colour`` a number of the stylesheet's palette. Host and origin (scheme, host and port)
    are those of the run that is under way."""

    name: str
    title: str
    role: str
    letter: str
    colour: int
    port: int
    what: str = ""

    @property
    def label(self) -> str:
        """The first part of its host name: a name with ``_`` is none (RFC 1123, 2.1)."""
        return self.name.replace("_", "-")

    @property
    def usual_host(self) -> str:
        return f"{self.label}.{DOMAIN}"

    @property
    def host(self) -> str:
        return runs.current().hosts.get(self.name, self.usual_host)

    @property
    def netloc(self) -> str:
        """Host and port, as a browser sends them in ``Host``."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The public address: what browsers type."""
        return f"{SCHEME}://{self.netloc}"

    @property
    def bind_address(self) -> tuple[str, int]:
        """Where it listens: address and port."""
        return ADDRESS, self.port

    @property
    def back_channel_address(self) -> str:
        """Where the other servers connect to it: address and port. Not every system resolves its name for Python."""
        return f"{HERE}:{self.port}"


def first_port() -> int:
    """Identity's port, from ``LAB_PORT``. Ends the process with one line if that is no usable port."""
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


def address() -> str:
    """Where all servers listen, from ``LAB_ADDRESS``. Ends the process with one line if that is no IPv4 address."""
    name = os.environ.get("LAB_ADDRESS") or LOOPBACK
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        raise SystemExit(f"LAB_ADDRESS must be an IPv4 address, such as {EVERYWHERE}, not {name!r}.") from None


def check_domain_of_class() -> None:
    """End the process with one line if other machines cannot find the servers by their names."""
    if IS_CLASS and is_loopback(DOMAIN):
        raise SystemExit(
            f"LAB_ADDRESS={ADDRESS} needs a LAB_DOMAIN that other machines can resolve, such as LAB_DOMAIN=class.test: "
            f"{DOMAIN} leads each of them to itself. docs/teach.md says more."
        )


def client_id_of(site: Server) -> str:
    """By what name Identity knows the site."""
    return site.name.replace("_", "-")


IS_HTTPS = os.environ.get("LAB_HTTPS") == "1"
SCHEME = "https" if IS_HTTPS else "http"
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
ADDRESS = address()
HERE = LOOPBACK if ADDRESS == EVERYWHERE else ADDRESS  # where this machine itself connects to what listens there
# In a container it listens at all addresses, and whoever publishes its ports says that only loopback leads to them.
IS_CLASS = ADDRESS != LOOPBACK and os.environ.get("LAB_PUBLISHED") != "loopback"
PROXIES = int(os.environ.get("LAB_PROXIES") or 0)  # so many stand before each server, as in make scale
PORT = first_port()
DOMAIN = domain()
check_domain_of_class()
ARE_ONE_SITE = "." in DOMAIN  # to a browser: under localhost, or another name of one part, each is a site of its own


IDENTITY = Server("identity", "Identity", OPENID_PROVIDER, "I", 1, PORT)
SITE_A = Server("site_a", "site A", RELYING_PARTY, "A", 2, PORT + 1, "the library")
SITE_B = Server("site_b", "site B", RELYING_PARTY, "B", 3, PORT + 2, "the shop")
INSPECTOR = Server("inspector", "inspector", "only watches", "▢", 0, PORT + 3)
PROVIDER = Server("provider", "the other provider", OPENID_PROVIDER, "P", 0, PORT + 4)

SITES = (SITE_A, SITE_B)
SERVERS = (IDENTITY, *SITES)  # the three that a person signs in to; the inspector watches them
ALL = (*SERVERS, INSPECTOR, PROVIDER)  # the last one misbehaves, and listens only in runs that want it
