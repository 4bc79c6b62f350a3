"""Every address of a project, as its URL configuration has it, and which answers a cache may keep."""

import re
from collections.abc import Callable, Iterator

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Something that fits for each argument of an address.
ARGUMENTS = {
    "name": "cookie_clash",
    "of_stage": "path",
    "entry_id": "1",
    "number": "1",
    "ids": "1",
    "journey": "ab" * 16,
}


def every_address(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + filled_in(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield address
        else:
            yield from every_address(pattern, address)


def filled_in(pattern: str) -> str:
    """The pattern of a path with its arguments; also of the regular expressions that stand in for a path here."""
    without_names = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ARGUMENTS[found[1]], pattern)
    if not pattern.startswith("^"):
        return without_names
    name = re.search(r"\?P<(\w+)>", pattern)
    beginning, end = pattern.strip("^$").partition("(")[0], "/" if pattern.rstrip("$").endswith("/") else ""
    return beginning + (ARGUMENTS[name[1]] + end if name else end)


def kept_by_caches(asking: Callable[[], Client]) -> list[str]:
    """The requests whose answers a cache may use without asking, or keep for many people; GET and POST to each address.

    ``asking`` makes a new client: some of these requests sign out.
    """
    addresses = [*every_address(), "/no-such-page/"]
    requests = [(method, address) for address in addresses for method in ("GET", "POST")]
    return [f"{method} {address}" for method, address in requests if may_be_kept(asking().generic(method, address))]


def may_be_kept(response: HttpResponseBase) -> bool:
    said = {part.strip() for part in response.headers.get("Cache-Control", "").split(",")}
    return not ("no-store" in said or {"private", "no-cache"} <= said)
