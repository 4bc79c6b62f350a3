"""One server as one visitor's traffic shows it: cookies sent and told to keep, the row behind them, and who that is."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from session_inspector.explain.cookies import came_twice, place_of
from session_inspector.explain.sessions import (
    fate_of,
    is_past,
    signs_in,
    user_id_in,
    what_became_of_key,
    why_not_accepted,
)
from session_inspector.explain.values import OF_LIBRARIES, as_text, values_in, visible
from session_inspector.inspector.observed.cookie_jar import (
    Held,
    began_before,
    host_of,
    note_neighbour,
    note_sent,
    note_set_cookies,
)
from session_inspector.inspector.observed.lineage import HangsOn, Lineage, lineage_of
from session_inspector.inspector.observed.lost import begun_at_another_name, why_not_found, why_not_read
from session_inspector.inspector.observed.queries import (
    Found,
    OfEach,
    ended,
    is_of_browser,
    newest_anonymous,
    newest_of_each,
    of_agent,
)
from session_inspector.inspector.observed.two_agents import TwoAgents, two_agents
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import participants, provider, roll, writer_of
from session_inspector.journal.schema import Entry, Masked, Person, SessionRow, Store
from session_inspector.participant import Participant

MAX_LOOKED_AT = 100  # of the visitor's newest entries at this server

GONE = ("deleted", "expired", "ended")

WITHOUT_USER = "there is a {}, but no user in it"
OF_ANOTHER_KEY = "the cookie’s key is not that of the {} seen last"
REFUSED = "a cookie, but not one that this server accepts"
OF_ANOTHER_COOKIE = "the browser has another cookie than the server set last"


@dataclass(frozen=True)
class History:
    """What is known of one session: the exchange that gave the row its key, the row under the key before and where that
    was, and the exchange in which somebody signed in."""

    keyed: Entry | None = None
    was: SessionRow | None = None
    rotated: Entry | None = None
    signed_in: Entry | None = None


@dataclass
class Column:
    server: Participant
    now: datetime
    requests: list[Entry] = field(default_factory=list)
    is_guess: bool = False  # nothing but the User-Agent says whose these requests are
    is_cut: bool = False  # there are older entries, at which nobody looked
    later_without_cookie: Entry | None = None  # a later request of the same User-Agent that brought no cookie
    cookies: dict[str, Held] = field(default_factory=dict)
    row: SessionRow | None = None
    row_seen: Entry | None = None  # the entry that last told of the row, or that there is none
    history: History = History()  # of the session that the row is
    gone: Statement | None = None  # what became of the row that was
    shared_since: Entry | None = None  # since which answer a neighbour and this server set the same cookie
    lost: Statement | None = None  # why the session that was is not found any more, or not read
    last_read: dict[str, Entry] = field(default_factory=dict)  # by the fingerprint of the key
    user: Person | None = None
    histories: dict[str, History] = field(default_factory=dict)  # by the fingerprint of the key
    lineage: Lineage | None = None  # of a site: the session at the provider that its own hangs on
    hangs_on: HangsOn | None = None  # None where the records do not tell

    @property
    def last(self) -> Entry | None:
        return self.requests[-1] if self.requests else None

    @property
    def store(self) -> Store:
        """As what this server keeps sessions."""
        return self.last.exchange.stored_as if self.last else Store.ROW

    @property
    def session_cookie(self) -> Held | None:
        """The one that leads to the row, if the browser still has it."""
        held = (held for held in self.cookies.values() if held.cookie.role == "session" and held.is_kept)
        return next(held, None)

    @property
    def session_cookie_set(self) -> Held | None:
        """The one that this server has set, whatever became of it."""
        held = (held for held in self.cookies.values() if held.cookie.role == "session" and held.last_set)
        return next(held, None)

    @property
    def refused(self) -> Statement | None:
        """Why browsers do not keep the session cookie that this server sets."""
        held = next((one for one in self.cookies.values() if one.cookie.role == "session" and one.refused), None)
        if not held or not held.refused:
            return None
        text = f"A browser refuses the session cookie of {self.server.title}. {held.refused}"
        return Statement(text, resting_on([*held.refused.entries, held.without]), Rule.REFUSED)

    @property
    def taken(self) -> Statement | None:
        """Which neighbour took the session cookie away, and with what."""
        held = self.session_cookie_set
        entry = held and held.taken_by(self.server.name)
        if not held or not entry:
            return None
        did, other = "replaced" if held.replaced else "deleted", writer_of(entry).capital
        text = f"{other} {did} the session cookie of {self.server.title}, with {in_short(entry)}."
        if found_nothing(entry, held.cookie.value):
            text = f"{text} It had found no {entry.exchange.stored_as} for that key."
        if self.shared_since and self.shared_since != entry:
            text = f"{text} Both have set this cookie since {in_short(self.shared_since)}."
        return Statement(text, resting_on([self.shared_since, held.last_set, entry]), Rule.COOKIES)

    @property
    def has_cookie(self) -> bool:
        """Whether the browser has any cookie of this server, as far as that can tell."""
        return any(held.is_kept for held in self.cookies.values())

    @property
    def ever_set(self) -> list[Held]:
        return [held for held in self.cookies.values() if held.last_set or held.refused]

    @property
    def user_id(self) -> str:
        """Whom the row names; empty for nobody."""
        return user_id_in(self.row)

    @property
    def number_sent(self) -> int:
        """How many cookies the newest request brought."""
        return len(self.last.exchange.cookies) + self.last.exchange.more_cookies if self.last else 0

    @property
    def is_past(self) -> bool:
        return self.row is not None and is_past(self.row, self.now)

    @property
    def recognised(self) -> str:
        """Who this server would take the visitor for at the next request: a name, or nothing."""
        held, row, who = self.session_cookie, self.row, self.user_id
        if not held or not row or not who or self.is_past or held.cookie.value != row.key:
            return ""
        if self.user and self.user.id != who:
            return ""  # the view found nobody
        return self.user.name if self.user else f"user {who}"

    @property
    def started_since(self) -> datetime | None:
        """When the server was started anew, if the newest request came before: a run without recorder may have been
        in between."""
        started = roll().started.get(self.server)
        return started.at.replace(tzinfo=UTC) if started and self.last and self.last.id <= started.after else None

    @property
    def recognised_by(self) -> tuple[Entry, ...]:
        """What one knows that from: where the cookie came or was set, where somebody signed in, and the row."""
        held = self.session_cookie
        return resting_on([held.newest if held else self.last, self.history.signed_in, self.row_seen])

    @property
    def verdict(self) -> Statement:
        """Whom this server would take the visitor for, in short; without entries where that is not seen or certain."""
        if not self.last:
            return Statement("not seen yet")
        if self.is_guess:
            return Statement("not certain")
        return Statement(self.recognised or "not signed in", self.recognised_by, Rule.RECOGNISED)

    @property
    def reason(self) -> str:
        """Why it would take the visitor for nobody; empty where it would not."""
        held, who, it = self.session_cookie, self.user_id, self.store
        if self.recognised:
            return ""
        if not self.last:
            return "nothing is recorded of this browser here"
        if self.lost:
            return self.lost.text
        if self.is_past:
            return f"a key, and a {it} past its expire date, which counts as none"
        if self.last.exchange.not_accepted:
            return why_not_accepted(self.last.exchange)
        if not held and self.taken:
            return f"another server took its cookie away, so no {it} will be found"
        if not held and self.refused:
            return f"the browser does not keep its cookie, so no {it} will be found"
        if not held:
            return f"no session cookie, so there is no {it} to look up"
        if not self.row:
            return REFUSED if it is Store.COOKIE else f"a key, but no {it} for it"
        if held.cookie.value != self.row.key:
            return OF_ANOTHER_COOKIE if it is Store.COOKIE else OF_ANOTHER_KEY.format(it)
        if not who:
            return WITHOUT_USER.format(it)
        return why_not_accepted(self.last.exchange)

    @property
    def repeated_cookie(self) -> Statement | None:
        """Where the newest request carried the session cookie more than once."""
        if not self.last or not came_twice(self.last.exchange):
            return None
        text = "The session cookie came twice: Django takes the last, whoever has set it."
        return Statement(text, (self.last,))

    @property
    def two_agents(self) -> TwoAgents | None:
        """Whether the present key came from two programs, as far as that can be seen."""
        return two_agents(self.requests, self.row.key.fingerprint) if self.row else None

    @property
    def values(self) -> list[tuple[str, str]]:
        """Name and text of each value, who you are first."""
        values = [(name, as_text(value)) for name, value in values_in(self.row).items()]
        return sorted(values, key=lambda value: value[0] != "_auth_user_id")

    @property
    def telling_values(self) -> list[tuple[str, str]]:
        return [value for value in self.values if not value[0].startswith(OF_LIBRARIES)]

    @property
    def other_values(self) -> list[tuple[str, str]]:
        return [value for value in self.values if value[0].startswith(OF_LIBRARIES)]

    @property
    def ends(self) -> datetime | None:
        return self.row.expires if self.row else None


def columns_of(visitor: Visitor, now: datetime) -> list[Column]:
    """One of each participant, in their order, with what the session of a site hangs on."""
    (columns,) = columns_of_each([visitor], now)
    openid_provider = provider()
    at_provider = next((column for column in columns if column.server == openid_provider), None)
    for column in columns:
        if at_provider and column is not at_provider and column.recognised:
            column.lineage = lineage_of(column.history.signed_in)
            column.hangs_on = what_it_hangs_on(column.lineage, at_provider)
    return columns


def what_it_hangs_on(lineage: Lineage | None, at_provider: Column) -> HangsOn | None:
    if lineage is None or at_provider.last is None or at_provider.is_guess:
        return None
    if at_provider.row is None:
        return HangsOn.NONE
    return HangsOn.PRESENT if at_provider.row.key.fingerprint in lineage.keys else HangsOn.EARLIER


def columns_of_each(visitors: list[Visitor], now: datetime) -> list[list[Column]]:
    """For each visitor one of each participant, in their order. As many statements for many visitors as for one."""
    servers = participants()
    newest = newest_of_each([name for visitor in visitors for name in visitor.names], MAX_LOOKED_AT)
    anonymous = {server: newest_anonymous(server) for server in servers}
    return [[column_of(one, server, now, newest, anonymous[server]) for server in servers] for one in visitors]


def column_of(visitor: Visitor, server: Participant, now: datetime, newest: OfEach, anonymous: list[Entry]) -> Column:
    """Folded from the visitor's newest entries there, in their order: those of one jar, the newest; where there is
    none, from those that may be the visitor's."""
    column = Column(server, now)
    name = next((name for name in visitor.names if newest[name, server].own), "")
    found = newest[name, server] if name else Found([], [])
    jar = next((entry.jar for entry in found.own if entry.jar), "")
    entries = [entry for entry in found.own if entry.jar in ("", jar)]
    guesses = of_agent(anonymous, visitor.agent, since=entries[0].id if entries else 0)
    if entries:
        column.later_without_cookie = guesses[0] if guesses else None
    column.is_guess = bool(visitor.name) and (name != visitor.name or not entries)
    column.is_cut = len(entries) == MAX_LOOKED_AT
    theirs = of_neighbours(name, server, newest, entries) if entries else []
    for entry in sorted([*(entries or guesses), *theirs], key=lambda entry: entry.id):
        if entry.server != server.name:
            note_neighbour(column.cookies, entry)
        elif entry.is_change:
            note_change(column, entry)
        elif is_of_browser(entry):
            note_exchange(column, entry)
    if not column.is_cut and len(theirs) < MAX_LOOKED_AT:
        column.shared_since = shared_since(column.session_cookie_set, entries, theirs)
    column.lost = column.lost or begun_at_another_name([entry for entry in found.own if is_of_browser(entry)])
    for entry in reversed(found.elsewhere):
        if entry.jar == jar and entry.id > entries[0].id and is_of_browser(entry):
            note_cookies(column, entry)
    return column


def of_neighbours(name: str, server: Participant, newest: OfEach, entries: list[Entry]) -> list[Entry]:
    """What other servers answered this visitor: by one host, or by a Domain, they may share its cookies. None of those
    who share its sessions, too: their keys are as good here."""
    others = {one for _, one in newest if one != server}
    found = {entry.exchange.before.key for entry in entries if is_of_browser(entry) and entry.exchange.before}
    of_each = ([entry for entry in newest[name, other].own if is_of_browser(entry)] for other in others)
    return [entry for theirs in of_each if found.isdisjoint(keys_set_in(theirs)) for entry in theirs]


def in_short(entry: Entry) -> str:
    return f"{visible(entry.exchange.method)} {visible(entry.exchange.path)} at {entry.at:%H:%M:%S}"


def shared_since(held: Held | None, own: list[Entry], theirs: list[Entry]) -> Entry | None:
    """The first answer after which both had set that cookie; None where one of them never has."""
    if not held or not held.last_set:
        return None
    place = place_of(held.attributes, host_of(held.last_set))
    first, other = (
        min(those_that_set(held.cookie.name, place, some), default=None, key=by_id) for some in (own, theirs)
    )
    return max(first, other, key=by_id) if first and other else None


def those_that_set(name: str, place: tuple[str, bool, str], found: list[Entry]) -> Iterator[Entry]:
    for entry in filter(is_of_browser, found):
        cookies = (one for one in entry.exchange.set_cookies if one.name == name)
        if any(place_of(one.attributes, host_of(entry)) == place for one in cookies):
            yield entry


def by_id(entry: Entry) -> int:
    return entry.id


def found_nothing(entry: Entry, key: Masked) -> bool:
    """Whether that key came, and led to no session."""
    came = [one.value for one in entry.exchange.cookies if one.role == "session" and one.is_taken]
    return came == [key] and entry.exchange.before is None


def keys_set_in(entries: list[Entry]) -> set[Masked]:
    return {cookie.value for entry in entries for cookie in entry.exchange.set_cookies if cookie.role == "session"}


def note_change(column: Column, entry: Entry) -> None:
    """Somebody else changed the row that the browser's key leads to."""
    if not column.row or column.row.key.fingerprint != entry.sent_key:
        return
    if entry.change.what == "deleted":
        column.last_read.pop(entry.sent_key, None)
        by = "a logout token" if entry.change.is_by_logout_token else "something without its key"
        column.row, column.gone = None, Statement(f"the row was deleted by {by}", (entry,))
    else:
        column.row = entry.change.row
    column.row_seen = entry


def note_exchange(column: Column, entry: Entry) -> None:
    column.requests.append(entry)
    note_cookies(column, entry)
    if not is_overtaken(column, entry):
        follow_another_key(column, entry)
        note_row(column, entry)
        column.user = entry.exchange.user or column.user


def note_cookies(column: Column, entry: Entry) -> None:
    note_sent(column.cookies, entry, column.now)
    note_set_cookies(column.cookies, entry, column.now)


def follow_another_key(column: Column, entry: Entry) -> None:
    """A request that brings the key of another session, as a restored cookie does, is about that one."""
    before = entry.exchange.before
    if before and not (column.row and column.row.key == before.key):
        column.history = column.histories.get(before.key.fingerprint, History())


def is_overtaken(column: Column, entry: Entry) -> bool:
    """Whether the session got its present key while this exchange was under way with an earlier one."""
    after = entry.exchange.after
    is_of_another_key = not column.row or not after or after.key != column.row.key
    return is_of_another_key and column.history.keyed is not entry and began_before(column.history.keyed, entry)


def note_row(column: Column, entry: Entry) -> None:
    exchange = entry.exchange
    for became in what_became_of_key(exchange, entry.at):
        if became == "rotated":
            column.history = replace(column.history, keyed=entry, was=exchange.before, rotated=entry)
        elif became == "made":
            column.history, column.gone = History(keyed=entry, signed_in=column.history.signed_in), None
        elif became in GONE:
            column.gone = Statement(fate_of(became, exchange.stored_as).clause, (entry,))
    note_loss(column, entry)
    if signs_in(exchange):
        column.history, column.lost = replace(column.history, signed_in=entry), None
    column.row, column.row_seen = exchange.after, entry
    if column.row:
        column.histories[column.row.key.fingerprint] = column.history
    if column.row and is_past(column.row, ended(entry)):
        column.row = None


def note_loss(column: Column, entry: Entry) -> None:
    """Why what was there before is not found or not read; and where it was, as long as it is."""
    before, after = entry.exchange.before, entry.exchange.after
    key = before.key.fingerprint if before else entry.sent_key
    last = column.last_read.get(key)
    if before and not before.is_readable:
        column.lost = why_not_read(last, entry, before)
    elif not before and key:
        column.lost = why_not_found(last, entry)
    if before:
        column.last_read.pop(before.key.fingerprint, None)
    if after and after.is_readable:
        column.last_read[after.key.fingerprint] = entry
