"""What the steps are looked for in: the requests of one visitor, as far as they are certain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.side_by_side.sentences import certain
from session_inspector.journal.said import Said, said_of
from session_inspector.journal.schema import Entry, Exchange

CLOSED = "closed"  # what a person says: that the browser was closed, and opened again


@dataclass(frozen=True)
class Traffic:
    """``closed`` is when the person said last that the browser was closed."""

    columns: list[Column]
    closed: Said | None = None

    @property
    def requests(self) -> list[Entry]:
        """At all servers, the oldest first."""
        return sorted((entry for column in self.columns for entry in column.requests), key=lambda entry: entry.id)


def traffic_of(visitor: str, columns: list[Column]) -> Traffic:
    """``visitor`` is a name, empty for a browser that is not known yet: of that nobody can have said anything."""
    return Traffic(certain(columns), said_of(visitor, CLOSED) if visitor else None)


def first(entries: Iterable[Entry], shows: Callable[[Exchange], object]) -> Entry | None:
    return next((entry for entry in entries if shows(entry.exchange)), None)
