"""What made several jars one visitor, in words."""

from dataclasses import dataclass

from session_inspector.inspector.observed.queries import with_ids
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.journal.jars import servers_of
from session_inspector.journal.joins import Join, Why, joins_of
from session_inspector.journal.participants import participant_named
from session_inspector.journal.schema import Entry

REASONS = {
    Why.SIGN_IN: "one sign-in went through both",
    Why.COOKIE: "both received the same cookie value, which cannot be chance",
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


@dataclass(frozen=True)
class JoinedVisitor:
    """One with several jars, with what made them one, and what did once."""

    visitor: Visitor
    joins: list[Joined]


def joined_visitors(visitors: list[Visitor]) -> list[JoinedVisitor]:
    """As many statements for many visitors as for one."""
    shown = explained(joins_of(sorted({jar for visitor in visitors for jar in visitor.jars})))
    found = [
        JoinedVisitor(visitor, [one for one in shown if visitor.jars & {one.join.jar, one.join.other}])
        for visitor in visitors
    ]
    return [one for one in found if one.joins]


def explained(joins: list[Join]) -> list[Joined]:
    servers = servers_of({jar for join in joins for jar in (join.jar, join.other)})
    entries = with_ids({join.entry for join in joins})
    return [
        Joined(
            tuple(sorted(title_of(servers.get(jar, "")) for jar in (join.jar, join.other))),
            REASONS[join.why],
            entries.get(join.entry),
            join,
        )
        for join in joins
    ]


def title_of(name: str) -> str:
    participant = participant_named(name)
    return participant.title if participant else name or "a server of which nothing is recorded now"
