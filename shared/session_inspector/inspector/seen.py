"""What every page of the inspector shows: whose traffic it is, and whom each server would recognise."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.inspector.observed.queries import state_of_journal
from session_inspector.inspector.observed.server_state import Column, columns_of
from session_inspector.inspector.observed.visitor import Visitor, chosen_visitor, visitors_known


@dataclass(frozen=True)
class Seen:
    """``state`` is the journal's before all else was asked: what comes meanwhile is news."""

    state: str
    now: datetime
    visitor: Visitor
    known: list[Visitor]
    columns: list[Column]
    is_asked_for: bool  # the address names the visitor

    @property
    def is_off(self) -> bool:
        return not configuration().recording

    @property
    def others(self) -> list[Visitor]:
        return [one for one in self.known if one.name not in (self.visitor.name, *self.visitor.loose)]

    @property
    def is_gone(self) -> bool:
        return self.is_asked_for and not self.visitor.last

    @property
    def is_empty(self) -> bool:
        return not any(column.last for column in self.columns)


def seen_by(request: HttpRequest) -> Seen:
    state, now = state_of_journal(), timezone.now()
    known = visitors_known(request)
    visitor = chosen_visitor(request, known)
    return Seen(state, now, visitor, known, columns_of(visitor, now), is_asked_for="visitor" in request.GET)


def number_in(request: HttpRequest, name: str) -> int | None:
    """The id of an entry that the address gives under that name, if that can be one."""
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 13 else None
