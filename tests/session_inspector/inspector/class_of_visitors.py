"""Several people at the same servers, where each sees only what is recorded of their own browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from session_inspector.inspector_address import private_name
from session_inspector.journal.attribution import attribute
from session_inspector.journal.schema import Entry
from session_inspector.journal.writer import write
from tests.recorded import configure
from tests.session_inspector.inspector import traffic
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, address, masked, row, told

KEY = "1a2b-3c4d-5e6f-7a8b-9c0d"
CALLBACK_OF_A = "http://site-a.localhost:8001/oidc/callback/"
ORIGIN = "http://inspector.localhost:8003"


@dataclass(frozen=True)
class Person:
    """``marker`` stands in all that they do, ``jar`` is that of their newest cookie, and ``ids`` are those of their
    entries."""

    marker: str
    jar: str
    visitor: str
    ids: tuple[int, ...]

    @property
    def name(self) -> str:
        """The private one, as the bar of their page has it."""
        return private_name(self.jar)

    def address(self, path: str) -> str:
        return f"/{self.name}{path}"


def begin_class(settings) -> None:
    configure(settings, own_only=True, key=KEY)


def recorded(make, *arguments, **content) -> Entry:
    """An entry of ``traffic``, attributed and written as the recorder does: nothing says beforehand whose it is."""
    with patch.object(traffic, "saved", attributed):
        return make(*arguments, visitor="", **content)


def attributed(entry: Entry) -> Entry:
    if entry.is_exchange:
        sent = (one.value.fingerprint for one in entry.exchange.cookies if one.role == "session")
        entry.sent_key = next(sent, "")
        entry.set_key = entry.exchange.after.key.fingerprint if entry.exchange.after else ""
    write(entry, attribute(entry))
    return entry


def things_done(marker: str, number: int) -> Iterator[Entry]:
    """Somebody sets a value at site A, signs in there by Identity, is signed out by a logout token, and comes back.
    Between two of these others may do something."""
    at_site, at_identity, code, journey = key_at_site(number), f"{number:x}b", f"{number:x}c", f"{number:032x}"
    values, sent = {"note": marker, **KNOWN}, {"site_a_session": at_site}
    begun, known = row(at_site, note=marker), row(at_site, **values)
    of_site, of_identity = (
        told("site_a_session", at_site, "site_a"),
        told("identity_session", at_identity, "identity"),
    )
    yield recorded(traffic.exchange, path=f"/{marker}/", tells=[of_site], after=begun)
    yield recorded(
        traffic.exchange, "identity", f"/{marker}/", journey=journey, tells=[of_identity], status=302,
        after=row(at_identity, **values), user=ALICE, location=address(CALLBACK_OF_A, code=masked(code)),
    )  # fmt: skip
    yield recorded(
        traffic.exchange, path="/oidc/callback/", journey=journey, query=[("code", masked(code))], before=begun,
        sends={**sent, marker: marker}, after=known, user=ALICE,
    )  # fmt: skip
    yield recorded(traffic.call, path=f"/{marker}/", journey=journey, answer={"note": marker})
    yield recorded(traffic.change, "deleted", at_site, by="/oidc/backchannel-logout/", note=marker)
    yield recorded(traffic.exchange, path=f"/{marker}/back/", sends=sent)


def key_at_site(number: int) -> str:
    return f"{number:x}a"


def does_it_all(marker: str, number: int) -> Person:
    return person_of(marker, list(things_done(marker, number)))


def person_of(marker: str, entries: list[Entry]) -> Person:
    newest = entries[-1]
    return Person(marker, newest.jar, newest.visitor, tuple(entry.id for entry in entries))
