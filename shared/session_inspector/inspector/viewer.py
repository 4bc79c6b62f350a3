"""Whose entries whoever asks may see: decided here for each request, and heeded by every query of the inspector.

Usually all of them. Where each sees only their own (``OWN_ONLY``), the private name in the address tells who asks, and
whoever has entered the key (``KEY``) sees all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.http import HttpRequest

from session_inspector.configuration import configuration
from session_inspector.inspector.key.cookie import has_key
from session_inspector.inspector_address import jar_named
from session_inspector.journal.jars import visitor_of
from session_inspector.journal.queries import empty, forget
from session_inspector.journal.visitor_names import present_name


@dataclass(frozen=True)
class Viewer:
    """``name`` is the private name in the address, and ``visitor`` whom it stands for; both are empty where it has
    none that is good."""

    sees_all: bool = False
    visitor: str = ""
    name: str = ""

    @property
    def is_nobody(self) -> bool:
        return not self.sees_all and not self.visitor

    @property
    def condition(self) -> tuple[str, tuple[str, ...]]:
        """What holds of each entry that it may see, as SQL with its values."""
        if self.sees_all:
            return "TRUE", ()
        return ("visitor = %s", (self.visitor,)) if self.visitor else ("FALSE", ())

    def may_see(self, visitor: str) -> bool:
        """Whether what is that visitor's, by the name of then, may be shown; what is nobody's only to who sees all."""
        return self.sees_all or (visitor != "" and present_name(visitor) == self.visitor)


EVERYBODY, NOBODY = Viewer(sees_all=True), Viewer()

asking: ContextVar[Viewer | None] = ContextVar("asking", default=None)


def viewer() -> Viewer:
    """Who asks now. Where no middleware has said it, as in a thread of its own: nobody, if each sees only their own."""
    return asking.get() or (NOBODY if configuration().own_only else EVERYBODY)


@contextmanager
def viewing(one: Viewer) -> Iterator[None]:
    """Whatever is asked within, that one asks."""
    token = asking.set(one)
    try:
        yield
    finally:
        asking.reset(token)


def viewer_of(request: HttpRequest, name: str) -> Viewer:
    """``name`` is what the address has where a private name stands; a wrong one is none."""
    if not configuration().own_only:
        return EVERYBODY
    visitor = visitor_named(name)
    return Viewer(has_key(request), visitor, name if visitor else "")


def visitor_named(name: str) -> str:
    """Of a jar of which nothing is recorded any more, a visitor of whom there is nothing; empty for a wrong name."""
    jar = jar_named(name)
    return jar and (visitor_of(jar) or jar)


def renewed(one: Viewer) -> Viewer:
    """The same a while later: its visitor may have turned out to be another."""
    return replace(one, visitor=visitor_named(one.name)) if one.name else one


def forget_what_is_seen() -> None:
    """Empty the journal, for who sees all of it; else delete what is recorded of that one visitor."""
    if viewer().sees_all:
        empty()
    else:
        forget(viewer().visitor)
