"""What every page of the inspector shows: whose traffic it is, and whom each server would recognise."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.inspector.observed.queries import state_of_journal
from session_inspector.inspector.observed.server_state import Column, columns_of, columns_of_each
from session_inspector.inspector.observed.visitor import (
    Visitor,
    active_here,
    agent_here,
    chosen_visitor,
    recent_visitors,
)
from session_inspector.inspector.viewer import viewer
from session_inspector.journal.participants import participants


@dataclass(frozen=True)
class Seen:
    """``state`` is the journal's before all else was asked: what comes meanwhile is news. ``candidates`` are two
    visitors or more of whom each may be the browser that asks: then nothing is said of any of them."""

    state: str
    now: datetime
    visitor: Visitor
    visitors: list[Visitor]
    columns: list[Column]
    is_asked_for: bool  # the address names the visitor
    is_led_here: bool  # by a link on a page of a server
    candidates: list[Visitor] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        return not configuration().is_recording

    @property
    def sees_all(self) -> bool:
        """Whether whoever looks may see every visitor."""
        return viewer().sees_all

    @property
    def needs_key(self) -> bool:
        """Whether only who has entered the key may."""
        return configuration().own_only

    @property
    def others(self) -> list[Visitor]:
        return [one for one in self.visitors if one.name not in self.visitor.names]

    @property
    def is_gone(self) -> bool:
        return self.is_asked_for and not self.visitor.last

    @property
    def is_empty(self) -> bool:
        return not any(column.last for column in self.columns)


def seen_by(request: HttpRequest) -> Seen:
    state, now = state_of_journal(), timezone.now()
    visitors = still_here(recent_visitors(request), now)
    candidates = candidates_among(request, visitors, now)
    visitor = Visitor("", agent_here(request), is_here=True) if candidates else chosen_visitor(request, visitors)
    columns = [] if candidates else columns_of(visitor, now)
    is_asked_for = viewer().sees_all and not request.GET.keys().isdisjoint(("visitor", "jar"))
    return Seen(state, now, visitor, visitors, columns, is_asked_for, is_led_here(request), candidates)


def still_here(visitors: list[Visitor], now: datetime) -> list[Visitor]:
    """The same; but of several that may be the browser that asks, an older one without any cookie, as the servers know,
    is not: it has come again as a newer one."""
    here = [one for one in visitors if one.is_here]
    if len(here) < 2:
        return visitors
    columns = columns_of_each(here[1:], now)
    gone = {
        one.name
        for one, theirs in zip(here[1:], columns, strict=True)
        if not any(column.has_cookie for column in theirs)
    }
    return [replace(one, is_here=one.is_here and one.name not in gone) for one in visitors]


def candidates_among(request: HttpRequest, visitors: list[Visitor], now: datetime) -> list[Visitor]:
    """Who may be the browser that asks, if they are several. Who has no cookie any more, as the servers know, is
    none."""
    active = active_here(request, visitors, now)
    if len(active) < 2:
        return []
    columns = columns_of_each(active, now)
    still = [one for one, theirs in zip(active, columns, strict=True) if any(column.has_cookie for column in theirs)]
    return still if len(still) > 1 else []


def is_led_here(request: HttpRequest) -> bool:
    """Whether a link on a page of a server led here: the browser says which, as the link asks it to. The page's own
    script says it when it asks again."""
    came_from = request.headers.get("Referer", "").rstrip("/")
    is_led = came_from in [one.origin for one in participants()] or request.headers.get("X-Led-Here") == "yes"
    return "jar" in request.GET and is_led


def number_in(request: HttpRequest, name: str) -> int | None:
    """The id of an entry that the address gives under that name, if that can be one."""
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 13 else None
