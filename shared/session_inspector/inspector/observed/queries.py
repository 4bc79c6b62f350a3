"""What the inspector asks of the journal. Each answer is bounded, and of what the viewer may see."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from session_inspector.explain.sessions import is_past
from session_inspector.inspector.viewer import viewer
from session_inspector.journal.database import execute, number_of_journal
from session_inspector.journal.jars import marks
from session_inspector.journal.participants import participants, roll, writer_of
from session_inspector.journal.queries import entries, first
from session_inspector.journal.schema import Entry, Exchange, Kind
from session_inspector.participant import Participant

MAX_LOOKED_AT = 1000  # of the newest entries: who is among them is shown as a visitor
MAX_ANONYMOUS = 40  # of a server's newest entries that came without cookie and sign-in
END = 1_000_000_000_000  # no entry has a higher id


def seen(which: str, *values) -> list[Entry]:
    """Those that ``which`` describes, all of an SQL query that follows WHERE: of the readable ones that the viewer may
    see. Every page gets its entries here."""
    own, whose = viewer().condition
    return entries(f"{own} AND {which}", *whose, *values)


def state_of_journal() -> str:
    """A word that changes whenever something is written that the viewer may see, and when the journal is emptied or is
    made anew."""
    own, whose = viewer().condition
    newest = execute(f"SELECT max(id) FROM journal_entry WHERE {own}", *whose)[0][0]
    return f"{number_of_journal()}-{newest or 0}"


def visitors_lately() -> list[str]:
    """The names of those with an entry among the newest, the one with the newest entry first."""
    own, whose = viewer().condition
    newest = f"SELECT id, visitor FROM journal_entry WHERE {own} ORDER BY id DESC LIMIT {MAX_LOOKED_AT}"
    named = f"SELECT visitor FROM ({newest}) AS newest WHERE visitor != ''"
    return [name for (name,) in execute(f"{named} GROUP BY visitor ORDER BY max(id) DESC", *whose)]


def newest_of(visitor: str, server: Participant, most: int, before: int = END) -> list[Entry]:
    """That visitor's entries at one server, the newest first; ``""`` is nobody's."""
    which = "visitor = %s AND server = %s AND id < %s ORDER BY id DESC LIMIT %s"
    return written_by(server, seen(which, visitor, server.name, before, most))


@dataclass(frozen=True)
class Found:
    """Entries of a visitor at a participant, ``own`` in its present run. What other runs of it answered at the same
    origin is ``elsewhere``: their rows are others, and the browser’s cookies the same."""

    own: list[Entry]
    elsewhere: list[Entry]


# By visitor and server: what each of some visitors did at each participant.
OfEach = dict[tuple[str, Participant], Found]


def newest_of_each(visitors: Collection[str], most: int) -> OfEach:
    """The newest entries of each of these visitors at each participant, the newest first."""
    return of_each(visitors, most, "DESC")


def oldest_of_each(visitors: Collection[str]) -> OfEach:
    """The first entry of each of these visitors at each participant, if there is one."""
    return of_each(visitors, 1, "ASC")


def of_each(visitors: Collection[str], most: int, order: str) -> OfEach:
    """One statement, with one search in an index for each visitor and server."""
    servers = participants()
    asked = [(visitor, server) for visitor in visitors for server in servers]
    search = f"SELECT id FROM journal_entry WHERE visitor = %s AND server = %s ORDER BY id {order} LIMIT %s"
    which = f"id IN ({' UNION ALL '.join([f'SELECT * FROM ({search}) AS one'] * len(asked))}) ORDER BY id {order}"
    values = [value for visitor, server in asked for value in (visitor, server.name, most)]
    found = seen(which, *values) if asked else []
    of_both: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in found:
        of_both[entry.visitor, entry.server].append(entry)
    return {(visitor, server): found_at(server, of_both[visitor, server.name]) for visitor, server in asked}


def found_at(server: Participant, found: list[Entry]) -> Found:
    own = written_by(server, found)
    ids = {entry.id for entry in own}
    return Found(own, [one for one in found if one.id not in ids and writer_of(one).origin == server.origin])


def written_by(server: Participant, found: list[Entry]) -> list[Entry]:
    """Those of the participant itself, in its present run, where another has the same name."""
    is_alone = sum(one.name == server.name for one in participants()) == 1
    writers = ((entry, writer_of(entry)) for entry in found)
    return [entry for entry, writer in writers if writer == server or (is_alone and writer.run == server.run)]


def anonymous_of(agent: str, server: Participant, since: int = 0, before: int = END) -> list[Entry]:
    """Requests of that User-Agent which came without a cookie and left none: by nothing else can one guess whose."""
    return of_agent(newest_anonymous(server, before), agent, since)


def newest_anonymous(server: Participant, before: int = END) -> list[Entry]:
    return newest_of("", server, MAX_ANONYMOUS, before)


def of_agent(found: list[Entry], agent: str, since: int) -> list[Entry]:
    return [entry for entry in found if entry.id > since and agent and agent_of(entry) == agent]


def since_of(visitor: str, server: Participant, entry_id: int, most: int) -> list[Entry]:
    """That visitor's entries at one server after an entry, the oldest first."""
    which = "visitor = %s AND server = %s AND id > %s ORDER BY id LIMIT %s"
    return written_by(server, seen(which, visitor, server.name, entry_id, most))


def what_became_of(server: str, key: str, entry_id: int) -> Entry | None:
    """After an entry, the first one after which no row had that fingerprint of its key: the session got another key, or
    was ended."""
    which = "server = %s AND sent_key = %s AND id > %s AND set_key != sent_key"
    return first(seen(f"{which} ORDER BY id LIMIT 1", server, key, entry_id))


def expired(server: str, key: str, entry_id: int) -> Entry | None:
    """The newest exchange after an entry that came with that key, if it left the row with an expire date that has
    passed."""
    which = f"server = %s AND sent_key = %s AND id > %s AND kind = '{Kind.EXCHANGE}' ORDER BY id DESC LIMIT 1"
    newest = first(seen(which, server, key, entry_id))
    return newest if newest and newest.exchange.after and is_past(newest.exchange.after, ended(newest)) else None


def newest_at_all(visitor: str, most: int, before: int = END) -> list[Entry]:
    """That visitor's entries at all servers, the newest first."""
    which = "visitor = %s AND server = %s AND id < %s ORDER BY id DESC LIMIT %s"
    names = sorted({one.name for one in roll().versions.values()})  # server by server, as the index has them
    found = [entry for name in names for entry in seen(which, visitor, name, before, most)]
    return sorted(found, key=lambda entry: -entry.id)[:most]


def after(entry_id: int, most: int) -> list[Entry]:
    """The readable entries after that one, whichever server wrote them, the oldest first."""
    return seen("id > %s ORDER BY id LIMIT %s", entry_id, most)


def newest(most: int) -> list[Entry]:
    return seen("TRUE ORDER BY id DESC LIMIT %s", most)


def of_journey(journey: str, most: int) -> list[Entry]:
    return seen("journey = %s ORDER BY id DESC LIMIT %s", journey, most) if journey else []


def with_id(entry_id: int) -> Entry | None:
    return first(seen("id = %s", entry_id))


def with_ids(entry_ids: Collection[int]) -> dict[int, Entry]:
    """Those of them that there are, by their ids."""
    return {entry.id: entry for entry in seen(f"id IN ({marks(entry_ids)})", *entry_ids)}


def cause_of(change: Entry) -> Entry | None:
    """The exchange in whose course a row was changed that is not its own: it was written just after."""
    found = (one for one in after(change.id, 20) if one.server == change.server and one.is_exchange)
    return next((one for one in found if one.exchange.path == change.change.by), None)


def is_of_browser(entry: Entry) -> bool:
    return isinstance(entry.record, Exchange) and entry.record.channel == "front"


def ended(entry: Entry) -> datetime:
    """When the answer was ready."""
    return entry.at + timedelta(milliseconds=entry.message.ms)


def agent_of(entry: Entry) -> str:
    return str(entry.record.headers.get("User-Agent", "")) if isinstance(entry.record, Exchange) else ""
