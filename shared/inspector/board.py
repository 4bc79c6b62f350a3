"""The board: each way to leave, who is expected to know you afterwards, and who did when you tried it.

A trial is nothing but an address: the way, and the newest entry of the journal when it began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from shared.explain.cookies import has_session_cookie
from shared.explain.places import END_SESSION, SIGN_OUT_EVERYWHERE, SIGN_OUT_OF_IDENTITY, SIGN_OUT_OF_SITE
from shared.explain.values import values_in
from shared.inspector.recorded import is_of_browser, nobodys_of, since_of
from shared.inspector.visitors import Visitor
from shared.journal.models import Entry
from shared.servers import IDENTITY, SERVERS, SITE_A, SITE_B, Server

LOOKED_AT = 500  # of the visitor's entries at each server since a trial began

# Not the pages of a server that say who you are to it, but steps of signing in and out, and what explains them.
STEPS = ("/accounts/", "/oidc/", "/signed-out/", "/identity/o/", "/session/")


def posted(server: Server, path: str) -> Callable[[Entry], bool]:
    def is_it(entry: Entry) -> bool:
        content = entry.content
        is_that_form = is_of_browser(entry) and (content["method"], content["path"]) == ("POST", path)
        return entry.server == server.name and is_that_form and content["status"] < 400

    return is_it


def row_deleted(server: Server) -> Callable[[Entry], bool]:
    """By something that did not come with its key."""
    return lambda entry: (
        entry.server == server.name and entry.kind == Entry.Kind.SESSION_CHANGE and entry.content["what"] == "deleted"
    )


def always(page: Entry) -> bool:
    return True


def unless_cookie_came(server: Server) -> Callable[[Entry], bool]:
    """A page of that server with the cookie is one from before it was gone."""
    return lambda page: page.server != server.name or not has_session_cookie(page.content)


@dataclass(frozen=True)
class Way:
    """``known`` are those expected to know you afterwards, if all three did before.

    ``is_act`` tells by which entry one sees that it was done. What happens in the browser alone no server sees (None):
    then each page is taken for one from afterwards that ``may_be_after`` does not exclude, and a later one replaces it.
    """

    name: str
    title: str
    do: str
    known: tuple[Server, ...]
    why: str
    server: Server | None = None
    path: str = "/"
    place: str = "its front page"
    command: str = ""
    is_act: Callable[[Entry], bool] | None = None
    may_be_after: Callable[[Entry], bool] = always

    @property
    def is_recorded(self) -> bool:
        return self.is_act is not None


WAYS = (
    Way(
        "site_only",
        "Sign out of one site",
        "Choose “Sign out of this site”",
        (IDENTITY, SITE_B),
        "Site A deletes its own row and tells nobody. One click signs you in again, without a password.",
        server=SITE_A,
        is_act=posted(SITE_A, SIGN_OUT_OF_SITE),
    ),
    Way(
        "staying",
        "Sign out there and at identity, and change your mind",
        "Choose “Sign out here and at identity”, then “Stay signed in at identity”",
        (IDENTITY, SITE_B),
        "When identity asks, site A has deleted its row already. What you answer is about identity.",
        server=SITE_A,
        is_act=posted(SITE_A, SIGN_OUT_EVERYWHERE),
    ),
    Way(
        "leaving",
        "Sign out there and at identity",
        "Choose “Sign out here and at identity”, then “Sign out at identity too”",
        (),
        "identity’s row is gone, so identity tells each site that it led to: a logout token, from server to server.",
        server=SITE_A,
        is_act=posted(IDENTITY, END_SESSION),
    ),
    Way(
        "at_identity",
        "Sign out at identity",
        "Choose “Sign out at identity”",
        (),
        "identity tells both sites. No page of theirs needs to be open, nor any browser.",
        server=IDENTITY,
        is_act=posted(IDENTITY, SIGN_OUT_OF_IDENTITY),
    ),
    Way(
        "session_ended",
        "End this browser’s session from a list",
        "Choose “End this session” beside “This browser”",
        (),
        "The same from any other browser of yours. However identity’s row went, the sites are told.",
        server=IDENTITY,
        path="/sessions/",
        place="“Where are you signed in here?”",
        is_act=posted(IDENTITY, "/sessions/end/"),
    ),
    Way(
        "row_deleted",
        "Delete the row",
        "Let site A forget everybody: run this in the lab’s folder",
        (IDENTITY, SITE_B),
        "Your browser still sends its key, and the key finds nothing. Nobody else had a row in that table.",
        command='.venv/bin/python site_a/manage.py shell -v 0 -c "Session.objects.all().delete()"',
        is_act=row_deleted(SITE_A),
    ),
    Way(
        "expired",
        "Let the session expire",
        "Choose “Expire now”",
        (IDENTITY, SITE_B),
        "A row past its date counts as none. The other rows have dates of their own.",
        server=SITE_A,
        path="/values/",
        place="“What is in a session?”",
        is_act=posted(SITE_A, "/values/expire/"),
    ),
    Way(
        "closed",
        "Close the browser",
        "Close all of its windows, open it again, and come back to this address",
        (SITE_A, SITE_B),
        "identity’s cookie has no expire date and goes with the browser; the sites’ cookies have one and stay. "
        "Nobody told the sites, and identity’s row is still there.",
        may_be_after=unless_cookie_came(IDENTITY),
    ),
    Way(
        "closed_kept",
        "Close it, having ticked “Keep me signed in here”",
        "Tick that in identity’s form when you sign in. Then close all windows, open the browser again, and come back "
        "to this address",
        (IDENTITY, SITE_A, SITE_B),
        "Now all three cookies have an expire date, so the browser keeps them on its disk.",
    ),
    Way(
        "cookie_deleted",
        "Delete the cookie",
        "In the developer tools, on a page of site A, delete site_a_session",
        (IDENTITY, SITE_B),
        "The row is still there, and says who you are. Nobody can find it: only the cookie knew its key.",
        server=SITE_A,
        may_be_after=unless_cookie_came(SITE_A),
    ),
    Way(
        "disabled",
        "Be disabled",
        "Disable yourself: run this in the lab’s folder, and afterwards again with --undo",
        (),
        "The command deletes the person’s rows at identity. What follows is the same as for every row that is gone.",
        command=".venv/bin/python identity/manage.py disable_user {person}",
        is_act=row_deleted(IDENTITY),
    ),
)


def way_named(name: str) -> Way | None:
    return next((way for way in WAYS if way.name == name), None)


@dataclass(frozen=True)
class Cell:
    """What is expected of one server, and the page that shows how it is."""

    server: Server
    is_expected: bool  # to know you
    page: Entry | None = None

    @property
    def name(self) -> str:
        """Whom the page was for."""
        user = self.page.content["user"] if self.page else None
        return user["name"] if user and user["id"] else ""

    @property
    def is_as_expected(self) -> bool:
        return bool(self.page) and bool(self.name) == self.is_expected


@dataclass(frozen=True)
class Trial:
    way: Way
    since: int
    act: Entry | None
    cells: list[Cell]

    @property
    def is_under_way(self) -> bool:
        """Whether it was done, as far as one can know: what the servers know now comes of it."""
        return bool(self.act or any(cell.page for cell in self.cells))

    @property
    def missing(self) -> list[Server]:
        return [cell.server for cell in self.cells if not cell.page]

    @property
    def wrong(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.page and not cell.is_as_expected]


def expected_of(way: Way) -> list[Cell]:
    return [Cell(server, server in way.known) for server in SERVERS]


def trial_of(way: Way, visitor: Visitor, since: int) -> Trial:
    """What the visitor's traffic since that entry shows: whether it was done, and each server's newest page after."""
    found = {server: entries_of(visitor, server, since) for server in SERVERS}
    acts = [entry for entries in found.values() for entry in entries if way.is_act and way.is_act(entry)]
    act = min(acts, key=lambda entry: entry.pk, default=None)
    is_waited_for = way.is_act and act is None
    cells = [
        Cell(server, server in way.known, None if is_waited_for else newest_page(way, entries, act))
        for server, entries in found.items()
    ]
    return Trial(way, since, act, cells)


def entries_of(visitor: Visitor, server: Server, since: int) -> list[Entry]:
    """The oldest first; where there is none, what only the User-Agent tells: a browser may have lost every cookie."""
    names = filter(None, (visitor.name, *visitor.loose))
    found = (since_of(name, server.name, since, LOOKED_AT) for name in names)
    return next(filter(None, found), None) or nobodys_of(visitor.agent, server.name, since)[::-1]


def newest_page(way: Way, entries: list[Entry], act: Entry | None) -> Entry | None:
    """After the act, and before the person signed in there anew."""
    after = (entry for entry in entries if act is None or entry.pk > act.pk)
    pages = [entry for entry in takewhile(lambda entry: not signs_in(entry), after) if is_page(entry)]
    return next((page for page in reversed(pages) if way.may_be_after(page)), None)


def signs_in(entry: Entry) -> bool:
    if not is_of_browser(entry):
        return False
    before, after = (values_in(entry.content[when]).get("_auth_user_id") for when in ("before", "after"))
    return bool(after) and after != before


def is_page(entry: Entry) -> bool:
    """Whether it is a page on which the server said who you are."""
    content = entry.content
    return (
        is_of_browser(entry)
        and (content["method"], content["status"]) == ("GET", 200)
        and content["type"].startswith("text/html")
        and content["user"] is not None
        and not content["path"].startswith(STEPS)
    )
