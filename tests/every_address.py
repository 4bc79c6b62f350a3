"""Every address of a project, as its URL configuration has it: which answers a cache may keep, which forms a page of
another origin may send, and which answers it may load."""

import re
from collections.abc import Callable, Iterator

from django.conf import settings
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
    "client_id": "site-a",
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


def neighbours() -> list[str]:
    """Origins beside that of this server: another port, the host above, another host below that, another site; and none
    that is told, as a frame in a sandbox has it."""
    host, parent = settings.SERVER.host, settings.SERVER.host.partition(".")[2]
    named = [f"{host}:9000", parent, f"neighbour.{parent}:{settings.SERVER.port}", "evil.example"]
    return [*(f"http://{one}" for one in named), "null"]


def open_to_neighbours(asking: Callable[..., Client]) -> list[str]:
    """The addresses that do not refuse a form of a page of a neighbour, with which all cookies come, and the right CSRF
    token in it."""
    token = "a" * 32
    found = []
    for address in every_address():
        for origin in neighbours():
            client = asking(enforce_csrf_checks=True)
            client.cookies[settings.CSRF_COOKIE_NAME] = token
            form = {"csrfmiddlewaretoken": token}
            if client.post(address, form, headers={"origin": origin}).status_code not in (403, 404, 405):
                found.append(address)
    return list(dict.fromkeys(found))


def given_to_neighbours(asking: Callable[..., Client]) -> list[str]:
    """The requests whose answer a browser gives to pages of another origin, shows in their frames, takes for something
    that it is not, or tells the address of; also what is refused before a view sees it."""
    answers = {f"GET {address}": asking().get(address) for address in [*every_address(), "/no-such-page/", "/static/x"]}
    answers["of a foreign host"] = asking().get("/", headers={"host": "evil.example"})
    answers["of a loopback name"] = asking().get("/", headers={"host": "127.0.0.1"})
    return [request for request, answer in answers.items() if not is_kept_from_neighbours(answer)]


def is_kept_from_neighbours(response: HttpResponseBase) -> bool:
    said = response.headers
    policy = said.get("Content-Security-Policy", "")
    return (
        said.get("Cross-Origin-Resource-Policy") == "same-origin"
        and said.get("X-Content-Type-Options") == "nosniff"
        and said.get("Referrer-Policy") in ("same-origin", "origin")
        and all(part in policy for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"))
        and "Access-Control-Allow-Origin" not in said
    )
