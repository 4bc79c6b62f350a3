"""Whose traffic a page shows: one jar of cookies, followed through all servers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest

from session_inspector.explain.browsers import browser_in
from session_inspector.explain.sessions import person_of
from session_inspector.inspector.observed.queries import (
    MAX_ANONYMOUS,
    OfEach,
    agent_of,
    is_of_browser,
    newest_of_each,
    oldest_of_each,
    since_of,
    visitors_lately,
)
from session_inspector.inspector.viewer import viewer
from session_inspector.journal.jars import visitor_of
from session_inspector.journal.participants import participants
from session_inspector.journal.schema import Entry
from session_inspector.journal.visitor_names import names_of, present_name
from session_inspector.redaction import shortened, without_user

MAX_SHOWN = 8
MAX_LOOKED_AT = 5  # entries of each server, to say who a visitor is
RECENT = timedelta(minutes=30)  # in which two visitors were both active, if either could be meant now


@dataclass(frozen=True)
class Visitor:
    """``name`` is the journal's, empty for a browser of which only requests without any cookie are known; ``own_name``
    the one that somebody has given it. ``since`` and ``last`` are the times of its oldest and its newest entry,
    ``newest`` is its newest request."""

    name: str
    agent: str
    own_name: str = ""
    since: datetime | None = None
    last: datetime | None = None
    newest: Entry | None = None
    people: tuple[str, ...] = ()
    servers: frozenset[str] = frozenset()
    jars: frozenset[str] = frozenset()
    is_here: bool = False  # it may be the browser that asks: its User-Agent is the same
    possible_aliases: tuple[str, ...] = ()  # names of others who may be the same browser

    @property
    def browser(self) -> str:
        return browser_in(self.agent)

    @property
    def short_name(self) -> str:
        return f"#{self.name[-4:]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its own, if it has one, then those of its possible aliases."""
        return tuple(filter(None, (self.name, *self.possible_aliases)))


def agent_here(request: HttpRequest) -> str:
    """The User-Agent of whoever looks, in the form in which the recorder keeps it."""
    return shortened(without_user(request.headers.get("User-Agent", "")))


def recent_visitors(request: HttpRequest) -> list[Visitor]:
    """Those of late, the one with the newest entry first. ``is_here`` marks who may be the browser that asks: it has
    the same User-Agent, and there is nothing else to tell by, since the inspector has no cookie."""
    return described(visitors_lately()[:MAX_SHOWN], agent_here(request))


def named_by(request: HttpRequest) -> str:
    """The visitor that the address names, or whose jar it names; empty where it names none. Whoever may see one visitor
    only has asked for that one, whatever else stands there."""
    if not viewer().sees_all:
        return viewer().visitor
    if jar := request.GET.get("jar", "")[:32]:
        return visitor_of(jar) or "nobody"
    return present_name(request.GET.get("visitor", "")[:32]) or viewer().visitor


def stayed_with(request: HttpRequest, visitors: list[Visitor]) -> Visitor | None:
    """The one that the tab has shown so far, or that somebody said to be here, as the page's script remembers."""
    name = present_name(request.headers.get("X-Stay-With", "")[:32])
    return next((one for one in visitors if one.name == name and one.is_here), None)


def chosen_visitor(request: HttpRequest, visitors: list[Visitor]) -> Visitor:
    """The one that the address names; else the one that the tab stays with; else the newest that may be this browser;
    else this browser, still unknown, or a stranger again."""
    agent = agent_here(request)
    if name := named_by(request):
        return next((one for one in visitors if one.name == name), None) or described([name], agent)[0]
    here = [one for one in visitors if one.is_here]
    stays = stayed_with(request, visitors)
    here.sort(key=lambda one: one is not stays)
    chosen = with_possible_aliases(here) if here else None
    return chosen if chosen and not came_back_as_stranger(chosen) else Visitor("", agent, is_here=True)


def active_here(request: HttpRequest, visitors: list[Visitor], now: datetime) -> list[Visitor]:
    """Those that may be the browser that asks, and were active of late; none where the address or the tab says who is
    meant."""
    if named_by(request) or stayed_with(request, visitors):
        return []
    return [one for one in visitors if one.is_here and one.last and now - one.last < RECENT]


def came_back_as_stranger(visitor: Visitor) -> bool:
    """Whether its browser, as far as the User-Agent tells, came without any cookie to each server that had known it,
    and not with one since."""
    newest = newest_of_each(visitor.names, 1)
    ids = {
        server: [entry.id for name in visitor.names for entry in newest[name, server].own] for server in participants()
    }
    last_known = {server: max(found) for server, found in ids.items() if found}
    return bool(last_known) and all(
        any(agent_of(entry) == visitor.agent for entry in since_of("", server, last, MAX_ANONYMOUS))
        for server, last in last_known.items()
    )


def with_possible_aliases(here: list[Visitor]) -> Visitor:
    """The first, together with those that may be the same browser at other servers: only a sign-in ties jars of two
    servers to one visitor. Of several, the one with a person is the visitor, the others are possible aliases."""
    first, *rest = here
    group, covered = [first], set(first.servers)
    for one in rest:
        is_another_person = bool(one.people) and any(other.people for other in group)
        if covered.isdisjoint(one.servers) and not is_another_person:
            group.append(one)
            covered |= one.servers
    main = next((one for one in group if one.people), group[-1])
    return replace(main, possible_aliases=tuple(one.name for one in group if one is not main))


def described(names: list[str], agent: str) -> list[Visitor]:
    """The visitors of these names. As many statements for many as for one."""
    newest, oldest, own_names = newest_of_each(names, MAX_LOOKED_AT), oldest_of_each(names), names_of(names)
    return [
        visitor_with(name, agent, own_names.get(name, ""), entries_of(name, newest), entries_of(name, oldest))
        for name in names
    ]


def entries_of(name: str, found: OfEach) -> list[Entry]:
    """At all participants, the newest first."""
    return sorted(
        (entry for server in participants() for entry in found[name, server].own), key=lambda entry: -entry.id
    )


def visitor_with(name: str, agent: str, own_name: str, found: list[Entry], oldest: list[Entry]) -> Visitor:
    requests = [entry for entry in found if is_of_browser(entry)]
    theirs = next(filter(None, map(agent_of, requests)), "")
    return Visitor(
        name,
        theirs,
        own_name=own_name,
        since=min((entry.at for entry in oldest), default=None),
        last=found[0].at if found else None,
        newest=requests[0] if requests else None,
        people=tuple(dict.fromkeys(filter(None, map(person_at, found)))),
        servers=frozenset(entry.server for entry in found),
        jars=frozenset(entry.jar for entry in found if entry.jar),
        is_here=theirs == agent,
    )


def person_at(entry: Entry) -> str:
    return person_of(entry.exchange) if is_of_browser(entry) else ""
