"""Exchanges of one session at the same time: whose change another wrote over, and what ended the session under way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from session_inspector.explain.cookies import is_deletion
from session_inspector.explain.values import values_in
from session_inspector.inspector.observed.queries import ended
from session_inspector.journal.schema import Entry, Exchange, Masked

APART = timedelta(milliseconds=5)  # a session is saved a little before the answer is ready


@dataclass(frozen=True)
class LostUpdate:
    """What the exchange ``by`` had changed, by the names of the values, until a later save wrote over it."""

    by: Entry
    names: tuple[str, ...]


@dataclass(frozen=True)
class Overlaps:
    """By the id of an exchange: what it wrote over, and what had deleted its row meanwhile."""

    lost: dict[int, LostUpdate]
    ended_by: dict[int, Entry]


def overlaps_among(found: Iterable[Entry]) -> Overlaps:
    """Of exchanges of one browser, and of changes of its rows."""
    of_each: dict[tuple[str, Masked], list[Entry]] = defaultdict(list)
    for entry in found:
        if key := key_before(entry):
            of_each[entry.server, key].append(entry)
    pairs = [pair for entries in of_each.values() for pair in at_the_same_time(entries)]
    lost = {later.id: update for earlier, later in pairs if (update := lost_update(earlier, later))}
    ended_by = {entry.id: other for other, entry in pairs if was_ended_by(other, entry)}
    return Overlaps(lost, ended_by)


def at_the_same_time(found: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Each two of which one began before the other had ended, both ways round."""
    under_way: list[Entry] = []
    for entry in sorted(found, key=attrgetter("at")):
        under_way = [one for one in under_way if over_at(one) >= entry.at]
        for one in under_way:
            yield from ((one, entry), (entry, one))
        under_way.append(entry)


def over_at(entry: Entry) -> datetime:
    return entry.at if entry.is_change else ended(entry)


def key_before(entry: Entry) -> Masked | None:
    if entry.is_change:
        return entry.change.row.key
    return entry.exchange.before.key if entry.is_exchange and entry.exchange.before else None


def lost_update(earlier: Entry, later: Entry) -> LostUpdate | None:
    """What the earlier one changed and the later one, which had not read that, wrote otherwise. Both have saved the
    row, with all its values."""
    if not (earlier.is_exchange and later.is_exchange and later.at < ended(earlier) < ended(later) - APART):
        return None
    if not (has_saved(earlier.exchange) and has_saved(later.exchange)):
        return None
    was, changed = values_in(earlier.exchange.before), values_in(earlier.exchange.after)
    read, written = values_in(later.exchange.before), values_in(later.exchange.after)
    names = tuple(
        name
        for name in dict.fromkeys([*was, *changed])
        if read.get(name) == was.get(name) != changed.get(name) != written.get(name)
    )
    return LostUpdate(earlier, names) if names else None


def has_saved(exchange: Exchange) -> bool:
    """Under the same key; a save moves the expire date at least."""
    before, after = exchange.before, exchange.after
    return before is not None and after is not None and before.key == after.key and before != after


def was_ended_by(other: Entry, entry: Entry) -> bool:
    """Whether the other one deleted the row of an exchange that then could not save it: Django answers 400, and lets
    the browser keep its cookie."""
    if not (entry.is_exchange and entry.exchange.status == 400 and not entry.exchange.after):
        return False
    if any(one.role == "session" and is_deletion(one.attributes) for one in entry.exchange.set_cookies):
        return False
    at = deleted_at(other)
    return at is not None and entry.at <= at <= ended(entry)


def deleted_at(entry: Entry) -> datetime | None:
    """When that entry let its row go; None where it did not."""
    if entry.is_change:
        return entry.at if entry.change.what == "deleted" else None
    after = entry.exchange.after
    return ended(entry) if after is None or after.key != key_before(entry) else None
