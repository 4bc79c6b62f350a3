"""Who is expected to know you after each way to leave, and who did when you tried it.

A trial is nothing but an address: the way, and the newest entry of the journal when it began.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from lab.inspector.leaving.ways import WAYS, Way
from lab.servers import IDENTITY
from session_inspector.explain.cookies import has_session_cookie
from session_inspector.explain.sessions import person_of, signs_in
from session_inspector.inspector.observed.lineage import HangsOn
from session_inspector.inspector.observed.queries import anonymous_of, is_of_browser, since_of
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.journal.participants import participants
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant

MAX_LOOKED_AT = 500  # of the visitor's entries at each server since a trial began

# Not the pages of a server that say who you are to it, but steps of signing in and out, and what explains them.
STEPS = ("/accounts/", "/oidc/", "/signed-out/", "/identity/o/", "/session/")

# A session at a site that hangs on one of these begins anew when one signs in again.
AT_PROVIDER_ANEW = (HangsOn.EARLIER, HangsOn.NONE)


@dataclass(frozen=True)
class Cell:
    """What is expected of one server, and the page that shows how it is; or one that perhaps does: only its User-Agent
    says whose it was."""

    server: Participant
    is_expected: bool  # to know you
    page: Entry | None = None
    perhaps: Entry | None = None

    @property
    def name(self) -> str:
        """Whom the page was for."""
        return person_of(self.page.exchange) if self.page else ""

    @property
    def is_as_expected(self) -> bool:
        return bool(self.page) and bool(self.name) == self.is_expected


@dataclass(frozen=True)
class Trial:
    way: Way
    since: int
    act: Entry | None
    cells: list[Cell]
    still_came: Entry | None = None  # with the cookie that should be gone
    other_way: Way | None = None  # that was gone instead

    @property
    def is_under_way(self) -> bool:
        """Whether it was done, as far as one can know: what the servers know now comes of it."""
        return bool(self.act or any(cell.page for cell in self.cells))

    @property
    def missing(self) -> list[Participant]:
        return [cell.server for cell in self.cells if not cell.page]

    @property
    def is_somebody_untold(self) -> bool:
        """Whether a site knows the visitor that Identity, which does not, was to tell."""
        is_to_be_told = not any(map(self.way.is_expected_to_know, (cell.server for cell in self.cells)))
        return is_to_be_told and any(cell.server.name != IDENTITY.name and cell.name for cell in self.wrong)

    def hangs_on_another(self, column: Column) -> bool:
        """Whether that site's session hangs on another session at Identity than the one that was ended by the act."""
        if self.act is None or self.act.server != IDENTITY.name or not self.act.sent_key or not column.lineage:
            return False
        return self.act.sent_key not in column.lineage.keys

    @property
    def wrong(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.page and not cell.is_as_expected]


def expected_of(way: Way) -> list[Cell]:
    return [expected_cell(way, server) for server in participants()]


def expected_cell(way: Way, server: Participant) -> Cell:
    return Cell(server, way.is_expected_to_know(server))


def cell_of(
    way: Way, visitor: Visitor, since: int, server: Participant, entries: list[Entry], act: Entry | None
) -> Cell:
    page = newest_page(way, entries, act)
    perhaps = None if page else newest_page(way, anonymous_of(visitor.agent, server, since)[::-1], act)
    return Cell(server, way.is_expected_to_know(server), page, perhaps)


def trial_of(way: Way, visitor: Visitor, since: int) -> Trial:
    """What the visitor's traffic since that entry shows: whether it was done, and each server's newest page after."""
    found = {server: entries_of(visitor, server, since) for server in participants()}
    acts = [entry for entries in found.values() for entry in entries if is_act(way, entry)]
    act = min(acts, key=lambda entry: entry.id, default=None)
    is_waited_for = way.is_recorded and act is None
    cells = [
        cell_of(way, visitor, since, server, entries, act) if not is_waited_for else expected_cell(way, server)
        for server, entries in found.items()
    ]
    still_came = [
        entry for entries in found.values() for entry in entries if is_page(entry) and is_from_before(way, entry)
    ]
    other = None if way.is_recorded else way_gone(found.values())
    cells = expected_of(way) if other else cells
    return Trial(way, since, act, cells, still_came[-1] if still_came else None, other)


def way_gone(found: Iterable[list[Entry]]) -> Way | None:
    """Which of the ways that servers see was gone in these entries, if one was."""
    entries = [entry for of_server in found for entry in of_server]
    return next((way for way in WAYS if any(is_act(way, entry) for entry in entries)), None)


def is_act(way: Way, entry: Entry) -> bool:
    """Whether by that entry one sees that it was done."""
    if entry.is_change:
        is_that_row = way.row is not None and entry.server == way.row.name
        return is_that_row and entry.change.what == "deleted" and not entry.change.by
    if not way.form or not is_of_browser(entry):
        return False
    server, path = way.form
    exchange = entry.exchange
    is_that_form = (entry.server, exchange.method, exchange.path) == (server.name, "POST", path)
    is_that_button = not way.button or way.button in exchange.form
    return is_that_form and is_that_button and exchange.status < 400


def entries_of(visitor: Visitor, server: Participant, since: int) -> list[Entry]:
    """The oldest first."""
    return since_of(visitor.name, server, since, MAX_LOOKED_AT) if visitor.name else []


def newest_page(way: Way, entries: list[Entry], act: Entry | None) -> Entry | None:
    """After the act, and before the person signed in there anew. Where no act is recorded, a later page replaces an
    earlier one."""
    after = (entry for entry in entries if act is None or entry.id > act.id)
    pages = [
        entry
        for entry in takewhile(lambda entry: not (is_of_browser(entry) and signs_in(entry.exchange)), after)
        if is_page(entry)
    ]
    return next((page for page in reversed(pages) if not is_from_before(way, page)), None)


def is_from_before(way: Way, page: Entry) -> bool:
    """Whether the cookie still came that should be gone."""
    return way.cookie is not None and page.server == way.cookie.name and has_session_cookie(page.exchange)


def is_page(entry: Entry) -> bool:
    """Whether it is a page on which the server said who you are."""
    if not is_of_browser(entry):
        return False
    exchange = entry.exchange
    return (
        (exchange.method, exchange.status) == ("GET", 200)
        and exchange.type.startswith("text/html")
        and exchange.user is not None
        and not exchange.path.startswith(STEPS)
    )


def where_to_sign_in(columns: list[Column]) -> list[tuple[Participant, str]]:
    """The servers that do not know the visitor, or know them by an earlier session at Identity, with the address that
    changes it. Signing in at a site leads through Identity, and so does for both."""
    unknown = [column.server for column in columns if not column.recognised or column.hangs_on in AT_PROVIDER_ANEW]
    sites = [site for site in unknown if site.name != IDENTITY.name]
    return [(server, server.origin + where_one_signs_in(server)) for server in sites or unknown]


def where_one_signs_in(server: Participant) -> str:
    return server.endpoints.get("authenticate") or server.endpoints.get("sign_in", "/")
