"""For what a browser refuses a cookie that it is told to keep (RFC 6265bis, sections 5.6 and 5.7).

Attributes are those of a ``Set-Cookie``, by their names in small letters. The words are those of the page that says it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import ip_address

from django.utils.http import is_same_domain

from loopback import is_loopback

MAX_SIZE = 4096  # bytes of name and value; a browser drops a larger one, and keeps the old one (RFC 6265bis, 5.6)
# Some of the public suffixes (publicsuffix.org): the list has thousands more.
SUFFIXES = {
    "co.uk", "org.uk", "ac.uk", "com.au", "co.nz", "co.jp", "com.br", "co.in", "co.za", "github.io", "gitlab.io",
    "herokuapp.com", "netlify.app", "vercel.app", "web.app", "pages.dev", "workers.dev", "fly.dev", "onrender.com",
    "azurewebsites.net", "cloudfront.net", "pythonanywhere.com",
}  # fmt: skip


class Reason(StrEnum):
    """The first four are of Domain: it is the address or the only part of the name of another host, a public suffix, or
    a name that the host is no part of."""

    ADDRESS = "address"
    ONE_PART = "one_part"
    PUBLIC_SUFFIX = "public_suffix"
    OTHER_DOMAIN = "other_domain"
    PREFIX = "prefix"
    NONE_WITHOUT_SECURE = "none_without_secure"
    PARTITIONED_WITHOUT_SECURE = "partitioned_without_secure"
    SECURE_OVER_HTTP = "secure_over_http"


def reasons(name: str, attributes: Mapping[str, str], host: str, scheme: str) -> Iterator[Reason]:
    """All, of a cookie of that name. ``host`` and ``scheme`` are those that the browser has asked, empty where they are
    not known: then what Domain names is another host."""
    if reason := reason_of_domain(attributes, host):
        yield reason
    if missing_for_prefix(name, attributes):
        yield Reason.PREFIX
    is_secure = "secure" in attributes
    if same_site_in(attributes) == "None" and not is_secure:
        yield Reason.NONE_WITHOUT_SECURE
    if "partitioned" in attributes and not is_secure:
        yield Reason.PARTITIONED_WITHOUT_SECURE
    if is_secure and scheme == "http" and not is_loopback(host):  # most browsers keep one of this machine
        yield Reason.SECURE_OVER_HTTP


def reason_of_domain(attributes: Mapping[str, str], host: str) -> Reason | None:
    domain = domain_in(attributes)
    if not domain or domain == host:
        return None
    if is_ip(domain):
        return Reason.ADDRESS
    if "." not in domain:
        return Reason.ONE_PART
    if domain in SUFFIXES:
        return Reason.PUBLIC_SUFFIX
    return Reason.OTHER_DOMAIN if host and not is_same_domain(host, f".{domain}") else None


def missing_for_prefix(name: str, attributes: Mapping[str, str]) -> list[str]:
    """What the prefixes ``__Host-`` and ``__Secure-``, in letters of any case, ask for and is not there (RFC 6265bis,
    section 4.1.3)."""
    name = name.lower()
    if not name.startswith(("__host-", "__secure-")):
        return []
    fits = {"Secure": "secure" in attributes}
    if name.startswith("__host-"):
        fits |= {"Path=/": attributes.get("path") == "/", "no Domain": "domain" not in attributes}
    return [needed for needed, is_there in fits.items() if not is_there]


def domain_in(attributes: Mapping[str, str]) -> str:
    """Without the dot before it, which browsers leave out."""
    return attributes.get("domain", "").removeprefix(".").lower()


def same_site_in(attributes: Mapping[str, str]) -> str:
    """``Strict``, ``Lax`` or ``None``: Django sends the letters of the setting as they are, and browsers take any."""
    return attributes.get("samesite", "").capitalize()


def is_ip(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
