"""Which hosts are this machine. Needs the standard library only.

A module beside the packages, like ``text_comparison``: what may go over http is asked at each end of a sign-in, and by
whoever explains it.
"""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """A name or an address, of IPv6 with brackets or without; all names that end in ``.localhost`` (RFC 6761, 6.3)."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
