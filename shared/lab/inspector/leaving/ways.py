"""The ways to leave, as data: how to go each, and who is expected to forget you by it."""

from dataclasses import dataclass

from lab.endpoints import END_OR_STAY, SIGN_OUT_OF_IDENTITY, SIGN_OUT_OF_SITE
from lab.servers import IDENTITY, SERVERS, SITE_A, Server
from session_inspector.participant import Participant


@dataclass(frozen=True)
class Way:
    """``forgotten_by`` are those that are expected not to know you afterwards, if they all did before.

    ``otherwise`` says why it may come out in another way.

    One sees that it was done by a ``form`` that a server took, sent with that ``button``, or by a server’s ``row`` that
    went in the course of no request. What happens in the browser alone no server sees, but for a ``cookie`` that its
    server misses.
    """

    name: str
    title: str
    do: str
    forgotten_by: tuple[Server, ...]
    why: str
    otherwise: str = ""
    server: Server | None = None
    path: str = "/"
    place: str = "its front page"
    command: str = ""
    form: tuple[Server, str] | None = None
    button: tuple[str, str] | None = None
    row: Server | None = None
    cookie: Server | None = None

    def is_expected_to_know(self, server: Participant) -> bool:
        return all(one.name != server.name for one in self.forgotten_by)

    @property
    def is_recorded(self) -> bool:
        return bool(self.form or self.row)


EARLIER = (
    "A session at a site that began with an earlier session at Identity does not end. Identity tells a site only about "
    "the session that led to it."
)

WAYS = (
    Way(
        "site_only",
        "Sign out of site A",
        "Choose “Sign out of this site”",
        (SITE_A,),
        "Site A deletes its own row and tells nobody. One click signs you in again, without a password.",
        server=SITE_A,
        form=(SITE_A, SIGN_OUT_OF_SITE),
    ),
    Way(
        "staying",
        "Sign out of site A and Identity, then stay at Identity",
        "Choose “Sign out here and at Identity”, then “Stay signed in at Identity”",
        (SITE_A,),
        "Site A deletes its row before Identity asks. Your answer is about Identity only.",
        server=SITE_A,
        form=(IDENTITY, END_OR_STAY),
        button=("decision", "stay"),
    ),
    Way(
        "leaving",
        "Sign out of site A and Identity",
        "Choose “Sign out here and at Identity”, then “Sign out at Identity too”",
        SERVERS,
        "Identity’s row is gone. So Identity sends a logout token, server to server, to each site where it signed "
        "you in.",
        EARLIER,
        server=SITE_A,
        form=(IDENTITY, END_OR_STAY),
        button=("decision", "leave"),
    ),
    Way(
        "at_identity",
        "Sign out at Identity",
        "Choose “Sign out at Identity”",
        SERVERS,
        "Identity tells each site where this session signed you in. No page and no browser has to be open.",
        EARLIER,
        server=IDENTITY,
        form=(IDENTITY, SIGN_OUT_OF_IDENTITY),
    ),
    Way(
        "session_ended",
        "End this browser’s session from a list",
        "Choose “End this session” beside “This browser”",
        SERVERS,
        "It works the same from your other browsers. The sites are told, whatever deleted Identity’s row.",
        EARLIER,
        server=IDENTITY,
        path="/sessions/",
        place="“Where are you signed in here?”",
        form=(IDENTITY, "/sessions/end/"),
    ),
    Way(
        "row_deleted",
        "Delete site A’s row",
        "Run this in the lab’s folder. It deletes all rows of site A",
        (SITE_A,),
        "Your browser still sends its key, and the key finds nothing. Everyone else with a row in that table is "
        "signed out of site A, too.",
        command='.venv/bin/python site_a/manage.py shell -v 0 -c "Session.objects.all().delete()"',
        row=SITE_A,
    ),
    Way(
        "expired",
        "Let site A’s session expire",
        "Choose “Expire now”",
        (SITE_A,),
        "Django ignores a row past its expire date. The other rows have dates of their own.",
        server=SITE_A,
        path="/values/",
        place="“What is in a session?”",
        form=(SITE_A, "/values/expire/"),
    ),
    Way(
        "closed",
        "Close the browser",
        "Quit it with all its windows. Open it again, and come back to this address",
        (IDENTITY,),
        "Identity’s cookie has no expire date. It ends with the browser, unless the browser restores its session. The "
        "sites’ cookies have one and stay. The sites are not told, and Identity’s row is still there.",
        "A browser that restores its tabs, or starts again after a crash, brings such a cookie back. A private "
        "window loses the others, too.",
        cookie=IDENTITY,
    ),
    Way(
        "closed_kept",
        "Close the browser after “Keep me signed in”",
        "First sign out at Identity. Sign in again at both sites, with “Keep me signed in here” ticked. Then "
        "choose “I try this now”. Quit the browser with all its windows. Open it again, and come back to this "
        "address",
        (),
        "Now all three cookies have an expire date, so the browser keeps them on its disk.",
        "A private window keeps none of them.",
    ),
    Way(
        "cookie_deleted",
        "Delete site A’s cookie",
        "In the developer tools, on a page of site A, delete site_a_session",
        (SITE_A,),
        "The row is still there, and says who you are. Your browser cannot find it: only the cookie had its key.",
        server=SITE_A,
        cookie=SITE_A,
    ),
    Way(
        "disabled",
        "Have your account disabled",
        "Run this in the lab’s folder. Afterwards run it again with --undo",
        SERVERS,
        "The command deletes your rows at Identity. Then the same happens as with every row that is deleted.",
        command=".venv/bin/python identity/manage.py disable_user {person}",
        row=IDENTITY,
    ),
)


def way_named(name: str) -> Way | None:
    return next((way for way in WAYS if way.name == name), None)
