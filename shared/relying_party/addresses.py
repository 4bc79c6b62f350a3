"""Addresses of the provider: each may have a query of its own (RFC 6749, section 3.1)."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


def with_parameters(address: str, parameters: Mapping[str, object]) -> str:
    """The address with these parameters after its own, which stay as they are written.

    No parameter may come twice: of one that the address has, too, ours counts. A fragment is left out.
    """
    whole = urlsplit(address)
    own = [part for part in whole.query.split("&") if part and name_of(part) not in parameters]
    return whole._replace(query="&".join([*own, urlencode(parameters)]), fragment="").geturl()


def name_of(part: str) -> str:
    """The name in ``name=value``, decoded."""
    return next((name for name, _ in parse_qsl(part, keep_blank_values=True)), part)
