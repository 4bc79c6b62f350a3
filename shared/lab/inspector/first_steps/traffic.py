"""What the steps are looked for in: the requests of one visitor."""

from dataclasses import dataclass

from session_inspector.inspector.observed.queries import MAX_ANONYMOUS, is_of_browser, newest_anonymous, of_agent
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.inspector.side_by_side.sentences import certain
from session_inspector.journal.said import Said, said_of
from session_inspector.journal.schema import Entry

CLOSED = "closed"  # what a person says: that the browser was closed, and opened again


@dataclass(frozen=True)
class Traffic:
    """``perhaps`` are requests without any cookie, of the same User-Agent as the visitor's. ``is_cut``: there are older
    ones, at which nobody looked. ``closed`` is when the person said last that the browser was closed."""

    columns: list[Column]
    perhaps: tuple[Entry, ...] = ()
    is_cut: bool = False
    closed: Said | None = None

    @property
    def requests(self) -> list[Entry]:
        """At all servers, the oldest first."""
        return sorted((entry for column in self.columns for entry in column.requests), key=lambda entry: entry.id)


def traffic_of(visitor: Visitor, columns: list[Column]) -> Traffic:
    """Of a browser that is not known yet nobody can have said anything."""
    if not visitor.name:
        return Traffic(certain(columns))
    anonymous = [newest_anonymous(column.server) for column in columns]
    return Traffic(
        certain(columns),
        tuple(one for found in anonymous for one in of_agent(found, visitor.agent, since=0) if is_of_browser(one)),
        any(column.is_cut for column in columns) or any(len(found) == MAX_ANONYMOUS for found in anonymous),
        said_of(visitor.name, CLOSED),
    )
