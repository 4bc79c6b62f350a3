"""What the inspector asks of the journal. Each answer is bounded, however many entries there are."""

from datetime import datetime, timedelta

from django.db import connections

from shared.journal.file import number_of_file
from shared.journal.models import Entry
from shared.journal.router import JOURNAL
from shared.servers import SERVERS, server_named

LATELY = 1000  # of the newest entries: who is among them is shown as a visitor
NOBODYS = 40  # of a server's newest entries that came without cookie and sign-in
MOST = 1_000_000_000_000  # no entry has a higher id

# What every entry's content has, by name and type.
OF_CHANGE = {"what": str, "row": dict}
OF_CALL = {
    "channel": str, "method": str, "path": str, "query": list, "form": list, "cookies": list, "more_cookies": int,
    "status": int | None, "ms": int | float,
}  # fmt: skip
OF_EXCHANGE = OF_CALL | {
    "status": int, "headers": dict, "set_cookies": list, "type": str, "before": dict | None, "after": dict | None,
    "user": dict | None,
}  # fmt: skip


def state_of_journal() -> str:
    """A word that changes whenever something is written, and when the journal is emptied or becomes another file."""
    return f"{number_of_file() or 0}-{newest_id()}"


def newest_id() -> int:
    return rows("SELECT max(id) FROM journal_entry")[0][0] or 0


def visitors_lately() -> list[str]:
    """The names of those with an entry among the newest, the one with the newest entry first."""
    newest = f"SELECT id, visitor FROM journal_entry ORDER BY id DESC LIMIT {LATELY}"
    found = rows(f"SELECT visitor FROM ({newest}) WHERE visitor != '' GROUP BY visitor ORDER BY max(id) DESC")
    return [name for (name,) in found]


def newest_of(visitor: str, server: str, most: int, before: int = MOST) -> list[Entry]:
    """That visitor's entries at one server, the newest first; ``""`` is nobody's."""
    return entries("visitor = %s AND server = %s AND id < %s ORDER BY id DESC LIMIT %s", visitor, server, before, most)


def nobodys_of(agent: str, server: str, since: int = 0, before: int = MOST) -> list[Entry]:
    """Requests of that User-Agent which came without a cookie and left none: by nothing else can one guess whose."""
    return [
        entry
        for entry in newest_of("", server, NOBODYS, before)
        if entry.pk > since and agent and agent_of(entry) == agent
    ]


def since_of(visitor: str, server: str, entry_id: int, most: int) -> list[Entry]:
    """That visitor's entries at one server after an entry, the oldest first."""
    return entries("visitor = %s AND server = %s AND id > %s ORDER BY id LIMIT %s", visitor, server, entry_id, most)


def what_became_of(server: str, key: str, entry_id: int) -> Entry | None:
    """After an entry, the first one in which the session with that fingerprint of its key got another key, or in which
    its row was deleted by something that did not come with it."""
    gone = f"set_key = '' AND kind = '{Entry.Kind.SESSION_CHANGE}'"
    which = f"server = %s AND sent_key = %s AND id > %s AND ({gone} OR set_key NOT IN ('', sent_key))"
    return next(iter(entries(f"{which} ORDER BY id LIMIT 1", server, key, entry_id)), None)


def newest_at_all(visitor: str, most: int, before: int = MOST) -> list[Entry]:
    """That visitor's entries at all servers, the newest first."""
    found = [entry for server in SERVERS for entry in newest_of(visitor, server.name, most, before)]
    return sorted(found, key=lambda entry: -entry.pk)[:most]


def after(entry_id: int, most: int) -> list[Entry]:
    return entries("id > %s ORDER BY id LIMIT %s", entry_id, most)


def newest(most: int) -> list[Entry]:
    return entries("TRUE ORDER BY id DESC LIMIT %s", most)


def of_journey(journey: str, most: int) -> list[Entry]:
    return entries("journey = %s ORDER BY id DESC LIMIT %s", journey, most) if journey else []


def with_id(entry_id: int) -> Entry | None:
    return next(iter(entries("id = %s", entry_id)), None)


def cause_of(change: Entry) -> Entry | None:
    """The exchange in whose course a row was changed that is not its own: it was written just after."""
    found = (one for one in after(change.pk, 20) if one.server == change.server and one.kind == Entry.Kind.EXCHANGE)
    return next((one for one in found if one.content["path"] == change.content.get("by")), None)


def is_of_browser(entry: Entry) -> bool:
    return entry.kind == Entry.Kind.EXCHANGE and entry.content["channel"] == "front"


def ended(entry: Entry) -> datetime:
    """When the answer was ready."""
    return entry.at + timedelta(milliseconds=entry.content["ms"])


def agent_of(entry: Entry) -> str:
    return entry.content.get("headers", {}).get("User-Agent", "")


def entries(which: str, *values) -> list[Entry]:
    """Those that ``which``, all of an SQL query that follows WHERE, describes; without those of another form."""
    found = Entry.objects.raw(f"SELECT * FROM journal_entry WHERE {which}", values)
    return [entry for entry in found if is_well_formed(entry)]


def is_well_formed(entry: Entry) -> bool:
    """Whether a recorder of this version may have written it: one odd entry must not take every page away."""
    content = entry.content
    if server_named(entry.server) is None or not isinstance(entry.at, datetime) or not isinstance(content, dict):
        return False
    form = OF_CHANGE
    if entry.kind == Entry.Kind.EXCHANGE:
        form = OF_CALL if "to" in content else OF_EXCHANGE
    return all(isinstance(content.get(name, ...), kind) for name, kind in form.items())


def rows(sql: str) -> list[tuple]:
    with connections[JOURNAL].cursor() as cursor:
        return cursor.execute(sql).fetchall()
