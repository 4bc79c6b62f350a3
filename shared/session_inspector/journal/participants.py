"""Who takes part, as the recorders have said: they lie beside the entries, and stay when those are emptied.

Each change of what a project says of itself is another version, and an entry names the version it was written under.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle
from string import ascii_uppercase
from time import monotonic
from urllib.parse import urlsplit

from loopback import is_loopback
from session_inspector.configuration import configuration
from session_inspector.journal.database import execute, is_open, opened
from session_inspector.journal.schema import Entry, Unreadable, as_json, participant_in
from session_inspector.participant import OPENID_PROVIDER, Participant, stranger

MAX_LOOKED_AT = 1000  # of the newest entries: who wrote one of them is still there
AWAY = timedelta(days=1)  # who was silent for so long while others were not takes part no more
COLOURS = 8  # of the palette
HOST_AND_PORT = re.compile(r"[A-Za-z0-9._:\[\]-]{1,260}")  # a name has 253 characters at most (RFC 1035, 2.3.4)
MAX_AGE = 5.0  # seconds that a roll is good for


@dataclass
class Announced:
    """What this process has said last, into the journal as it was opened then, and the number that its entries name."""

    participant: Participant | None = None
    opening: int = 0
    number: int = 0

    def is_said(self, participant: Participant) -> bool:
        is_same = self.participant is not None and vars(self.participant) == vars(participant)
        return is_same and is_open() and self.opening == opened.times


announced = Announced()


def announce(participant: Participant) -> int:
    """Say who this is, unless it was said already; the number of this version. Raises ``DatabaseError``."""
    if announced.is_said(participant):
        return announced.number
    said = json.dumps(participant, default=as_json)
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    newest = "SELECT content FROM journal_participant WHERE name = %s AND origin = %s ORDER BY id DESC LIMIT 1"
    execute(
        "INSERT INTO journal_participant (name, origin, at, after, content)"
        f" SELECT %s, %s, %s, 0, %s WHERE %s NOT IN ({newest})",
        *(participant.name, participant.origin, now, said, said, participant.name, participant.origin),
    )
    number = number_of(participant)
    newest_entry = "(SELECT coalesce(max(id), 0) FROM journal_entry)"
    execute(f"UPDATE journal_participant SET at = %s, after = {newest_entry} WHERE id = %s", now, number)
    announced.participant, announced.opening, announced.number = participant, opened.times, number
    return number


def number_of(participant: Participant) -> int:
    """Of the newest version; 0 where it never said who it is. Raises ``DatabaseError``."""
    sql = "SELECT coalesce(max(id), 0) FROM journal_participant WHERE name = %s AND origin = %s"
    return execute(sql, participant.name, participant.origin)[0][0]


@dataclass(frozen=True)
class Version:
    """One line of the table. ``after`` is the newest entry when its server was started last."""

    number: int
    at: datetime
    after: int
    participant: Participant


@dataclass(frozen=True)
class Roll:
    """``present`` are those that take part now, in the order of their colours; ``versions`` all that were ever said;
    ``started`` what each said when it was started last, with its recorder on."""

    present: tuple[Participant, ...]
    versions: dict[int, Participant]
    started: dict[Participant, Version] = field(default_factory=dict)

    def named(self, name: str) -> Participant | None:
        return next((one for one in self.present if one.name == name), None)

    def writer_of(self, entry: Entry) -> Participant:
        """Who wrote it, in the words of then. Where it names no version: who has that name now, or nothing but it."""
        said = self.versions.get(entry.participant) or Participant(entry.server, "", entry.server, letter="?")
        now = next((one for one in self.present if one == said), None) or self.named(said.name)
        return replace(said, letter=now.letter, colour=now.colour) if now and entry.participant else now or said


# That of the page that is being made: it asks once.
roll_of_page: ContextVar[Roll | None] = ContextVar("roll_of_page", default=None)


@contextmanager
def one_roll(known: Roll | None = None) -> Iterator[None]:
    """Whoever asks within is told the same: what is ``known``, else what the journal says. Raises ``DatabaseError``."""
    token = roll_of_page.set(known or read_roll())
    try:
        yield
    finally:
        roll_of_page.reset(token)


def roll() -> Roll:
    """Raises ``DatabaseError``."""
    return roll_of_page.get() or read_roll()


def of_one(participant: Participant) -> Roll:
    """Where the journal cannot be asked."""
    return Roll(tuple(with_letters_and_colours([participant])), {})


def read_roll() -> Roll:
    versions = list(readable_versions())
    newest = {version.participant: version for version in versions}
    seen = {version.number: version.at for version in versions}
    last = {version.number: version.after for version in versions}
    for number, entry_id, at in lately_written():
        if number in seen:
            seen[number], last[number] = max(seen[number], at), max(last[number], entry_id)
    since = max(seen.values()) - AWAY if seen else datetime.min
    present = [
        version.participant
        for version in newest.values()
        if seen[version.number] >= since and not is_replaced(version, newest.values(), last)
    ]
    first_seen = list(dict.fromkeys(version.participant for version in versions))
    return Roll(
        tuple(with_letters_and_colours(sorted(present, key=first_seen.index))),
        {version.number: version.participant for version in versions},
        newest,
    )


@dataclass(frozen=True)
class Remembered:
    """A roll, and what the table was when it was read."""

    roll: Roll
    table: tuple
    at: float


remembered: Remembered | None = None


def recent_roll() -> Roll:
    """For pages that are asked for often: who was there a moment ago, unless somebody has said anything since. Raises
    ``DatabaseError``."""
    global remembered
    newest = execute("SELECT max(id), max(at) FROM journal_participant")
    table, now = (opened.times, *newest[0]), monotonic()
    if remembered is None or remembered.table != table or now - remembered.at > MAX_AGE:
        remembered = Remembered(read_roll(), table, now)
    return remembered.roll


def is_replaced(version: Version, others, last: dict[int, int]) -> bool:
    """Whether one of the same name has begun at another origin, and this one has written nothing since."""
    return any(
        other.participant.name == version.participant.name
        and other is not version
        and (other.at, other.number) > (version.at, version.number)
        and last[version.number] <= other.after
        for other in others
    )


def readable_versions() -> Iterator[Version]:
    for number, at, after, content in execute(
        "SELECT id, CAST(at AS text), after, content FROM journal_participant ORDER BY id"
    ):
        try:
            yield Version(number, datetime.fromisoformat(at), after, participant_in(content))
        except (Unreadable, ValueError):
            continue


def lately_written() -> list[tuple[int, int, datetime]]:
    """Number of the version, newest entry and its time, of all that wrote one of the newest entries."""
    newest = f"SELECT id, participant, at FROM journal_entry ORDER BY id DESC LIMIT {MAX_LOOKED_AT}"
    of_each = f"SELECT participant, max(id), CAST(max(at) AS text) FROM ({newest}) AS newest GROUP BY participant"
    return [(number, entry_id, datetime.fromisoformat(at)) for number, entry_id, at in execute(of_each)]


def with_letters_and_colours(found: list[Participant]) -> list[Participant]:
    """Those that one asks for, and to the others what is left, in the order in which they appeared."""
    colours = given([one.colour for one in found], range(1, COLOURS + 1))
    letters = given([one.letter for one in found], ascii_uppercase)
    dressed = [replace(one, colour=one.colour or next(colours), letter=one.letter or next(letters)) for one in found]
    return sorted(dressed, key=lambda one: one.colour)


def given(asked: list, there_are: Sequence) -> Iterator:
    """Those that nobody asks for; then, from the first again, all."""
    return chain((one for one in there_are if one not in asked), cycle(there_are))


def participants() -> tuple[Participant, ...]:
    return roll().present


def participant_named(name: str) -> Participant | None:
    return roll().named(name)


def participant_at(place: str) -> Participant | None:
    """The one at a host with its port, as ``Host`` names them; or the one of that name."""
    return next((one for one in participants() if one.netloc == place), None) or participant_named(place)


def stranger_at(place: str) -> Participant | None:
    """Whoever is at a host with its port, if no participant is: neither one by another name of this machine, nor the
    inspector, which records nothing of itself. None for what is no host."""
    if not HOST_AND_PORT.fullmatch(place):
        return None
    known = [one.netloc for one in participants()] + [urlsplit(configuration().inspector).netloc]
    try:
        is_known = any(may_be_one(place, other) for other in known)
    except ValueError:
        return None
    return None if is_known else stranger(place)


def may_be_one(place: str, other: str) -> bool:
    """Whether two hosts with their ports lead to one server, as all names of this machine at one port do. Raises
    ``ValueError``."""
    first, second = urlsplit(f"//{place}"), urlsplit(f"//{other}")
    is_same_port = first.port == second.port
    return place == other or (is_same_port and all(is_loopback(one.hostname or "") for one in (first, second)))


def writer_of(entry: Entry) -> Participant:
    return roll().writer_of(entry)


def owners_of(cookie: str) -> list[Participant]:
    """Those that set a cookie of that name."""
    return [one for one in participants() if cookie in (one.session_cookie, one.csrf_cookie)]


def provider() -> Participant | None:
    """The one that signs people in, if one says that it does."""
    return next((one for one in participants() if one.role == OPENID_PROVIDER), None)


def provider_of(site: Participant) -> Participant | None:
    """The one that signs people in there, as the site says; where it does not, as the provider says of itself."""
    place = site.provider.partition("//")[2]
    said = participant_at(place) or stranger_at(place) if place else None
    return said or provider()


def name_of_provider(site: Participant) -> str:
    """What sentences about that site call it."""
    signs_in = provider_of(site)
    return signs_in.title if signs_in else "the provider"


def capital_of_provider(site: Participant) -> str:
    """The same, as a sentence begins with it."""
    signs_in = provider_of(site)
    return signs_in.capital if signs_in else "The provider"


def lanes() -> tuple[Participant, ...]:
    """From left to right as the ladder draws them: the provider between the others."""
    others = [one for one in participants() if one.role != OPENID_PROVIDER]
    providers = [one for one in participants() if one.role == OPENID_PROVIDER]
    return (*others[:1], *providers, *others[1:])
