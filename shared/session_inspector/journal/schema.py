"""The records of the journal: what the recorder writes, and what the panel, the inspector and the exports read.

One definition for all of them. In the journal's table a record is JSON, by the names of its fields, beside the version
of that form.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from session_inspector.participant import Participant

VERSION = 2  # of the form of the records


class Kind(StrEnum):
    EXCHANGE = "exchange"
    CALL = "back-channel call"
    SESSION_CHANGE = "session change"
    SWEEP = "sweep"
    MEASUREMENT = "measurement"


class Store(StrEnum):
    """As what a server keeps a session, in the words that stand on the pages."""

    ROW = "row"
    CACHED_ROW = "cached row"  # a row, and a copy in a cache, which is looked at first
    CACHE_ENTRY = "cache entry"
    FILE = "file"
    COOKIE = "cookie"  # the session is in it: its key is the cookie’s whole value
    OTHER = "session"  # an engine that is none of Django’s, and made from none


@dataclass(frozen=True)
class Masked:
    """What is kept of a secret: its first characters (none, where it is very short), and a number that is equal for
    equal secrets."""

    starts: str
    fingerprint: str


@dataclass(frozen=True)
class Withheld:
    """A value that is not kept at all: a password, a client secret."""

    withheld: bool = True


@dataclass(frozen=True)
class OfType:
    """What is kept of a value of a session where nobody has asked for it: its type, and a number that is equal for
    equal values."""

    type: str
    fingerprint: str


@dataclass(frozen=True)
class Address:
    """A URL with a query; one without is a text."""

    url: str
    query: "Parameters"


MARK = "$"
MARKS: dict[type, str] = {Masked: "masked", Withheld: "withheld", OfType: "type", Address: "address"}

# What a server keeps or was sent, redacted; lists and dicts hold such values again.
Value = None | bool | int | float | str | Masked | Withheld | OfType | Address | list[Any] | dict[str, Any]
Parameters = tuple[tuple[str, Value], ...]  # in the order in which they came; a name may come twice


@dataclass(frozen=True)
class Cookie:
    """As it came with a request. ``role`` is what it is to the server that was asked: ``session``, ``csrf`` or
    nothing. It is not taken where another of the same name came after it: Django reads the last. It is random where
    its value has twenty characters or more that look so: nobody has such a one by chance."""

    name: str
    value: Masked
    role: str
    is_taken: bool = field(default=True, kw_only=True)
    is_random: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class SetCookie(Cookie):
    """As an answer told the browser to keep it, its ``attributes`` by their names in small letters (RFC 6265, 4.1).
    ``size`` is that of name and value, in bytes; 0 where an earlier version did not record it."""

    attributes: dict[str, str]
    size: int = field(default=0, kw_only=True)


class Fault(StrEnum):
    """Why a server cannot read what it has stored."""

    SIGNATURE = "signature"  # it does not fit: made with another key or salt, or the row was changed
    CONTENT = "content"  # the signature fits, and the serializer cannot read what is signed


@dataclass(frozen=True)
class SessionRow:
    """A session as it is stored, as a row or otherwise. ``expires`` is None where the engine does not say. It is not
    readable where it has a ``fault``, which an earlier version did not record: Django takes it for empty then."""

    key: Masked
    data: dict[str, Value]
    expires: datetime | None
    is_readable: bool = True
    fault: Fault | None = None


@dataclass(frozen=True)
class Person:
    """Whom the view found, by the number of the user; both are empty for nobody."""

    id: str
    name: str


class Refusal(StrEnum):
    """Why a server did not accept the user whom a session's row names."""

    GONE = "gone"  # there is no such user any more
    DISABLED = "disabled"
    HASH = "hash"  # what the row keeps of the password is not that of the present one; Django ends the session
    BACKEND = "backend"  # no authentication backend of the server knows or accepts the user


@dataclass(frozen=True)
class CheckedToken:
    """An ID Token or a logout token as a site looked at it: the names of the checks that it ``passed``, which one
    ``failed``, and in words why it was ``refused``; both empty for one that was accepted."""

    header: dict[str, str]
    claims: dict[str, Value]
    passed: tuple[str, ...]
    failed: str
    refused: str


@dataclass(frozen=True)
class Failure:
    """Why a sign-in ended: for the person, and for the developer."""

    what: str
    detail: str


@dataclass(frozen=True)
class Exchange:
    """One HTTP request with its response, as the server that answered saw it.

    ``channel`` is ``front`` for a browser, ``back`` for another server. ``cookies`` are the first, ``more_cookies``
    says how many came besides. ``before`` and ``after`` are the session's rows around it, and ``stored_as`` what the
    server keeps where it has no such rows. ``user`` is None where the view did not ask. ``ms`` is how many milliseconds
    the server took, and ``process`` which of its processes answered, by its number; 0 where an earlier version did not
    record it.
    """

    KIND: ClassVar = Kind.EXCHANGE
    channel: str
    method: str
    path: str
    query: Parameters
    form: Parameters
    headers: dict[str, Value]
    cookies: tuple[Cookie, ...]
    more_cookies: int
    status: int
    type: str
    location: Address | str | None
    set_cookies: tuple[SetCookie, ...]
    before: SessionRow | None
    after: SessionRow | None
    user: Person | None
    ms: float
    address: str = ""
    id_token: CheckedToken | None = None
    logout_token: CheckedToken | None = None
    failed: Failure | None = None
    not_accepted: Refusal | None = None
    stored_as: Store = Store.ROW
    process: int = 0


@dataclass(frozen=True)
class BackChannelCall:
    """One HTTP request of a server to another, as the caller saw it; no cookie is ever among it.

    ``to`` is the host that was asked, with its port; ``status`` is None where no usable answer came, for the reason
    in ``failure``; ``answer`` what the JSON of the answer said; ``scheme`` what an earlier version did not record.
    """

    KIND: ClassVar = Kind.CALL
    to: str
    method: str
    path: str
    query: Parameters
    form: Parameters
    status: int | None
    answer: Value
    failure: str
    ms: float
    scheme: str = "http"


@dataclass(frozen=True)
class SessionChange:
    """A row that was ``made``, ``changed`` or ``deleted`` by something that did not come with its key; ``by`` is the
    path of the request in whose course that was, empty for a command. ``is_by_logout_token`` says whether that request
    brought a logout token which the site accepted (OpenID Connect Back-Channel Logout 1.0, 2.7)."""

    KIND: ClassVar = Kind.SESSION_CHANGE
    what: str
    row: SessionRow
    by: str = ""
    is_by_logout_token: bool = False


@dataclass(frozen=True)
class Sweep:
    """Rows that one command deleted together, until ``until``: those past their expire date, and those of which there
    were too many to keep a record of each."""

    KIND: ClassVar = Kind.SWEEP
    number: int
    until: datetime


@dataclass(frozen=True)
class Measurement:
    """What a command has measured at a server: ``what`` it was, and ``numbers``, a column of a table for each thing
    measured, by a name that has the unit."""

    KIND: ClassVar = Kind.MEASUREMENT
    what: str
    numbers: dict[str, tuple[float, ...]]

    @property
    def lines(self) -> list[tuple[float, ...]]:
        return list(zip(*self.numbers.values(), strict=True))


Record = Exchange | BackChannelCall | SessionChange | Sweep | Measurement
OfNoMessage = Sweep | Measurement  # of no browser, and of no row of its own
RECORDS: dict[Kind, Any] = {one.KIND: one for one in (Exchange, BackChannelCall, SessionChange, Sweep, Measurement)}


@dataclass
class Entry:
    """A record with what the journal knows of it.

    ``sent_key`` and ``set_key`` are fingerprints of the session key that came with the request and of the one that
    the server keeps afterwards; ``csrf`` that of the CSRF cookie, which stays in the browser when a session ends;
    ``jar`` names the browser as this server alone knows it, by its cookies; ``journey`` the sign-in that the exchange
    is part of, and ``visitor`` the browser at all servers, joined by journeys. Each of them is empty where nothing
    told, the keys also where the session cookie came twice. ``participant`` is the number under which the server's
    project has said who it is; 0 where it had not.

    ``id`` is 0 until the entry is written. ``perhaps_of`` is not written: the sign-in that an exchange belongs to, if
    there is one of that name, since whoever invents a state began none.
    """

    at: datetime
    server: str
    record: Record
    journey: str = ""
    jar: str = ""
    visitor: str = ""
    sent_key: str = ""
    set_key: str = ""
    csrf: str = ""
    participant: int = 0
    id: int = 0
    perhaps_of: str = ""

    @property
    def is_exchange(self) -> bool:
        return isinstance(self.record, Exchange)

    @property
    def is_call(self) -> bool:
        return isinstance(self.record, BackChannelCall)

    @property
    def is_change(self) -> bool:
        return isinstance(self.record, SessionChange)

    @property
    def exchange(self) -> Exchange:
        """The record, of an entry that is known to be an exchange."""
        assert isinstance(self.record, Exchange)
        return self.record

    @property
    def call(self) -> BackChannelCall:
        assert isinstance(self.record, BackChannelCall)
        return self.record

    @property
    def message(self) -> Exchange | BackChannelCall:
        """The record of what went over the network, from whichever end."""
        assert isinstance(self.record, Exchange | BackChannelCall)
        return self.record

    @property
    def change(self) -> SessionChange:
        assert isinstance(self.record, SessionChange)
        return self.record


COLUMNS = (
    "at", "server", "kind", "journey", "jar", "visitor", "sent_key", "set_key", "csrf", "participant", "version",
    "content",
)  # fmt: skip


class Unreadable(Exception):
    """A row that no recorder of this version or an earlier one can have written."""


MALFORMED = (TypeError, ValueError, KeyError, AttributeError, RecursionError)


def as_row(entry: Entry) -> tuple:
    """The values of ``COLUMNS``. Times are UTC, without saying so."""
    at = entry.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    marks = (entry.journey, entry.jar, entry.visitor, entry.sent_key, entry.set_key, entry.csrf, entry.participant)
    return (at, entry.server, entry.record.KIND, *marks, VERSION, json.dumps(entry.record, default=as_json))


def as_json(part: Any) -> Any:
    """What JSON has instead of a part of a record. A dict of a session may have the same names as one of the classes
    that stand for a value: so those are marked."""
    if isinstance(part, datetime):
        return part.isoformat()
    mark = MARKS.get(type(part))
    return {MARK: mark, **vars(part)} if mark else vars(part)


def entry_of(row: tuple) -> Entry:
    """The entry of a row: its id, then the values of ``COLUMNS``.

    Raises ``Unreadable``.
    """
    values = dict(zip(("id", *COLUMNS), row, strict=True))
    kind, version, content = (values.pop(name) for name in ("kind", "version", "content"))
    try:
        values["at"] = datetime.fromisoformat(values["at"]).replace(tzinfo=UTC)
        return Entry(**values, record=record_of(kind, version, loaded(content)))
    except MALFORMED as error:
        raise Unreadable from error


def loaded(content: str) -> Any:
    """What the JSON says. Half characters, which JSON can write and no page can, are question marks."""
    found = json.loads(content)
    if "\\ud" not in content.lower():
        return found
    return json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))


def record_of(kind: str, version: int, content: Any) -> Record:
    if version not in range(1, VERSION + 1):
        raise ValueError(version)
    if version == 1:
        kind, content = from_version_1(kind, content)
    return reader_of(RECORDS[Kind(kind)])(content)


def from_version_1(kind: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A call was an exchange that says ``to`` whom, nobody had no number instead of an empty one, a cookie named its
    owner, that a logout token changed a row was known by the path, and no value had a mark."""
    content = marked(content)
    if kind == Kind.SESSION_CHANGE:
        return kind, content | {"is_by_logout_token": content.get("by") == "/oidc/backchannel-logout/"}
    if "to" in content:
        return Kind.CALL, without(content, "channel", "cookies", "more_cookies")
    user = content["user"] and content["user"] | {"id": content["user"]["id"] or ""}
    cookies = {name: [without(cookie, "owner") for cookie in content[name]] for name in ("cookies", "set_cookies")}
    return kind, content | {"user": user} | cookies


def marked(part: Any) -> Any:
    if isinstance(part, list):
        return [marked(one) for one in part]
    if not isinstance(part, dict):
        return part
    kind = next((kind for kind in MARKS if part.keys() == {one.name for one in fields(kind)}), None)
    mark = {MARK: MARKS[kind]} if kind else {}
    return mark | {name: marked(one) for name, one in part.items()}


def without(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}


def participant_in(content: str) -> Participant:
    """Raises ``Unreadable``."""
    try:
        return reader_of(Participant)(loaded(content))
    except MALFORMED as error:
        raise Unreadable from error


Reader = Callable[[Any], Any]


@cache
def reader_of(hint: Any) -> Reader:
    """What makes of JSON a value of that type. It raises ``TypeError``, ``ValueError`` or ``KeyError``."""
    if hint == Value:
        return value_in
    if hint is datetime:
        return time_in
    if isinstance(hint, UnionType):
        return optional(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if get_origin(hint) is dict:
        return dict_of(reader_of(get_args(hint)[1]))
    if get_origin(hint) is tuple:
        first, second = get_args(hint)
        return tuple_of(reader_of(first)) if second is ... else pair_of(reader_of(first), reader_of(second))
    return dataclass_of(hint) if is_dataclass(hint) else plain(hint)


def time_in(value: Any) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError(value)
    return time


def plain(kind: type) -> Reader:
    allowed = (float, int) if kind is float else (kind,)

    def read(value: Any) -> Any:
        if type(value) not in allowed:
            raise TypeError(value)
        return value

    return read


def optional(hint: Any) -> Reader:
    """Of ``X | None``, or of an address with or without a query."""
    kinds = set(get_args(hint))
    if {Address, str} <= kinds:
        return address_in
    (kind,) = kinds - {type(None)}
    read_it = reader_of(kind)
    return lambda value: None if value is None else read_it(value)


def dict_of(read_it: Reader) -> Reader:
    return lambda value: {name: read_it(one) for name, one in value.items()}


def tuple_of(read_it: Reader) -> Reader:
    def read(value: Any) -> tuple:
        if type(value) is not list:
            raise TypeError(value)
        return tuple([read_it(one) for one in value])

    return read


def pair_of(read_first: Reader, read_second: Reader) -> Reader:
    def read(value: Any) -> tuple:
        if type(value) is not list:
            raise TypeError(value)
        first, second = value
        return read_first(first), read_second(second)

    return read


def dataclass_of(kind: Any) -> Reader:
    hints: dict[str, Any] = get_type_hints(kind)
    readers = {one.name: reader_of(hints[one.name]) for one in fields(kind)}
    required = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}

    def read(value: Any) -> Any:
        if not required <= value.keys():
            raise KeyError(*(required - value.keys()))
        return kind(**{name: readers[name](one) for name, one in value.items() if name != MARK})

    return read


def value_in(value: Any) -> Value:
    if isinstance(value, list):
        return [value_in(one) for one in value]
    if not isinstance(value, dict):
        return value
    kind = next((kind for kind, mark in MARKS.items() if value.get(MARK) == mark), None)
    return reader_of(kind)(value) if kind else {name: value_in(one) for name, one in value.items()}


def address_in(value: Any) -> Address | str | None:
    found = value_in(value)
    if found is None or isinstance(found, str | Address):
        return found
    raise TypeError(value)
