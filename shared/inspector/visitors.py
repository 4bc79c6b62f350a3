"""Whose traffic a page shows: one jar of cookies, followed through all servers."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from shared.inspector.recorded import agent_of, is_of_browser, newest_of, visitors_lately
from shared.journal.models import Entry
from shared.redaction import shortened, without_user
from shared.servers import SERVERS

MOST_SHOWN = 8
LOOKED_AT = 5  # entries of each server, to say who a visitor is

# By what is in the User-Agent; the first that fits. Chromium and Edge name Chrome and Safari too, Chrome names Safari.
BROWSERS = {
    "Firefox/": "Firefox",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Chrome/": "Chrome or Chromium",
    "Safari/": "Safari",
    "curl/": "curl",
}


@dataclass(frozen=True)
class Visitor:
    """``name`` is the journal's, empty for a browser of which only requests without any cookie are known."""

    name: str
    agent: str
    last: datetime | None = None
    people: tuple[str, ...] = ()
    is_here: bool = False

    @property
    def browser(self) -> str:
        return next((name for sign, name in BROWSERS.items() if sign in self.agent), "Another program")

    @property
    def print(self) -> str:
        return f"#{self.name[-4:]}"


def agent_here(request: HttpRequest) -> str:
    """The User-Agent of whoever looks, in the form in which the recorder keeps it."""
    return shortened(without_user(request.headers.get("User-Agent", "")))


def visitors_known(request: HttpRequest) -> list[Visitor]:
    """Those of late, the one with the newest entry first. ``is_here`` marks who may be the browser that asks: it has
    the same User-Agent, and there is nothing else to tell by, since the inspector has no cookie."""
    return [described(name, agent_here(request)) for name in visitors_lately()[:MOST_SHOWN]]


def chosen_visitor(request: HttpRequest, known: list[Visitor]) -> Visitor:
    """The one that the address names; else the newest that may be this browser; else this browser, still unknown."""
    agent = agent_here(request)
    if name := request.GET.get("visitor", "")[:32]:
        return next((one for one in known if one.name == name), None) or described(name, agent)
    return next((one for one in known if one.is_here), None) or Visitor("", agent, is_here=True)


def described(name: str, agent: str) -> Visitor:
    found = [entry for server in SERVERS for entry in newest_of(name, server.name, LOOKED_AT)]
    found.sort(key=lambda entry: -entry.pk)
    agents = [agent_of(entry) for entry in found if is_of_browser(entry)]
    people = dict.fromkeys(entry.content["user"]["name"] for entry in found if is_known(entry))
    theirs = next(filter(None, agents), "")
    return Visitor(name, theirs, found[0].at if found else None, tuple(people), theirs == agent)


def is_known(entry: Entry) -> bool:
    return is_of_browser(entry) and bool(entry.content["user"] and entry.content["user"]["id"])
