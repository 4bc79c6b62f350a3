"""One look at the journal for all who listen: what is new wakes those whom it concerns, and the others sleep on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError

from session_inspector.journal.database import execute, number_of_journal
from session_inspector.journal.jars import marks
from session_inspector.journal.queries import newest_id

PAUSE = 0.05  # seconds between two looks
MAX_LISTENERS = 600  # each holds a thread, which sleeps
MAX_LOOKED_AT = 1000  # entries of one look


@dataclass(frozen=True)
class Change:
    """What new entries are about: ``visitors``, also by the names that they had before they turned out to be those, and
    ``keys``, the server with the fingerprint of the session key that came. ``is_of_all`` where that cannot be told."""

    visitors: frozenset[str] = frozenset()
    keys: frozenset[tuple[str, str]] = frozenset()
    is_of_all: bool = False


@dataclass(frozen=True)
class State:
    """Which journal it is, and its newest entry."""

    journal: int = 0
    newest: int = 0


def state_now() -> State:
    """Of a journal that cannot be read, that of none."""
    try:
        return State(number_of_journal(), newest_id())
    except DatabaseError:
        return State()


def change_since(before: State, now: State) -> Change:
    """Between two states that are not the same."""
    if before.journal != now.journal or now.newest < before.newest:
        return Change(is_of_all=True)
    try:
        columns = "SELECT visitor, server, sent_key FROM journal_entry"
        rows = execute(f"{columns} WHERE id > %s ORDER BY id LIMIT %s", before.newest, MAX_LOOKED_AT)
        visitors = {visitor for visitor, _, _ in rows} - {""}
        aliases = f"SELECT visitor FROM journal_alias WHERE now IN ({marks(visitors)})"
        former = [visitor for (visitor,) in execute(aliases, *visitors)] if visitors else []
    except DatabaseError:
        return Change(is_of_all=True)
    keys = {(server, key) for _, server, key in rows}
    return Change(frozenset({*visitors, *former}), frozenset(keys), is_of_all=len(rows) == MAX_LOOKED_AT)


class Listener:
    """One who is woken by each change that ``concerns`` it, as long as the watch has it."""

    def __init__(self, concerns: Callable[[Change], bool]):
        self.concerns = concerns
        self.woken = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Until it is woken, that long at most."""
        self.woken.wait(seconds)
        self.woken.clear()


class Watch:
    """Looks as long as anybody listens, in a thread of its own. Threads may call it at the same time."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.listeners: set[Listener] = set()
        self.is_over = threading.Event()  # nobody listens any more

    @property
    def is_full(self) -> bool:
        return len(self.listeners) >= MAX_LISTENERS

    @contextmanager
    def listening(self, concerns: Callable[[Change], bool]) -> Iterator[Listener]:
        """Whatever is written within wakes the listener, if it concerns it."""
        listener = Listener(concerns)
        with self.turn:
            if not self.listeners:
                self.begin(state_now())
            self.listeners.add(listener)
        try:
            yield listener
        finally:
            with self.turn:
                self.listeners.remove(listener)
                if not self.listeners:
                    self.is_over.set()

    def begin(self, state: State) -> None:
        self.is_over = threading.Event()
        name = "watch of the journal"
        threading.Thread(None, self.look_again_and_again, name, (state, self.is_over), daemon=True).start()

    def look_again_and_again(self, before: State, is_over: threading.Event) -> None:
        while not is_over.wait(PAUSE):
            now = state_now()
            if now != before:
                self.wake(change_since(before, now))
                before = now

    def wake(self, change: Change) -> None:
        with self.turn:
            concerned = [one for one in self.listeners if change.is_of_all or one.concerns(change)]
        for one in concerned:
            one.woken.set()


watch = Watch()
