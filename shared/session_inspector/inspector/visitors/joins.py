"""What made several jars one visitor, in words."""

from dataclasses import dataclass

from session_inspector.inspector.observed.queries import with_id
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.journal.jars import server_of
from session_inspector.journal.joins import Join, Why
from session_inspector.journal.participants import participant_named
from session_inspector.journal.schema import Entry

REASONS = {
    Why.SIGN_IN: "one sign-in went through both",
    Why.COOKIE: "both were sent the same cookie value, which nobody has by chance",
    Why.LINK: "links on pages of both opened the inspector in the same browser",
    Why.SAID: "somebody said so here",
}


@dataclass(frozen=True)
class Joined:
    """``entry`` is the one that showed it, if one did and it is still there."""

    servers: tuple[str, ...]
    words: str
    entry: Entry | None
    join: Join

    @property
    def is_seen(self) -> bool:
        """A person said it, or came by the links."""
        return self.join.why in (Why.SAID, Why.LINK)


def joined(visitor: Visitor) -> list[Joined]:
    return [shown(join) for join in visitor.joins]


def shown(join: Join) -> Joined:
    servers = tuple(sorted(title_of(jar) for jar in (join.jar, join.other)))
    return Joined(servers, REASONS[join.why], with_id(join.entry) if join.entry else None, join)


def title_of(jar: str) -> str:
    name = server_of(jar)
    participant = participant_named(name)
    return participant.title if participant else name or "a server of which nothing is recorded now"
