"""The lesson as data: what to click, what to watch for, and by what one sees that it was done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lab.inspector.first_steps import evidence
from lab.inspector.first_steps.closing import checks_of, in_words, still_signed_in
from lab.inspector.first_steps.traffic import Traffic
from lab.servers import IDENTITY, SITE_A, SITE_B
from lab.staging.acts import Open
from session_inspector.inspector.statement import Statement
from session_inspector.journal.schema import Entry


@dataclass(frozen=True)
class Look:
    """A page of the inspector, by the name of its address, and what one does there."""

    url: str
    title: str
    do: str


@dataclass(frozen=True)
class Step:
    """A name of the code stands between backticks. One opens ``place``, does what ``do`` says, then opens ``then``.

    In ``do``, ``watch`` and ``read`` a term that is explained stands in brackets: ``[row]``, ``[key](session key)``.
    ``read`` follows “You may have read”: what is widely said, and what is so. ``told`` is what a person says was done
    because no server can see it.
    """

    title: str
    place: Open
    do: str
    watch: str
    evidence: Callable[[Traffic], Iterable[Statement]]
    then: tuple[Open, ...] = ()
    read: str = ""
    look: Look | None = None
    told: str = ""


FRONT_PAGE_OF_A = Open(SITE_A)
FRONT_PAGE_OF_B = Open(SITE_B)
VALUES = Open(SITE_A, "/values/", "What is in a session?")
DEVTOOLS = Look("devtools", "In your devtools", "See the cookie in your browser, too:")
LADDER = Look("ladder", "Ladder", "See why, message by message, with *Step through*:")

STEPS = (
    Step(
        "HTTP is stateless: the counter forgets you",
        Open(SITE_A, "/stateless/", "What does a server remember between two requests?"),
        "Choose *Again*, two or three times. Look at the bar under the head of the page. Then choose *Count in the "
        "session, too*, and *Again*.",
        "The counter in a variable is always 1: a variable of a function ends with its request. The other one goes on; "
        "steps 2 to 7 show how. A variable of a module lasts until the process ends, but all visitors share it.",
        evidence.counted_twice,
    ),
    Step(
        "A server makes a cookie",
        Open(SITE_A, "/begin/nothing/", "A page that stores nothing"),
        "Open the [session] bar.",
        "The first page stores nothing, and its answer says no `Set-Cookie`. The second one stores a value: its answer "
        "says `Set-Cookie`, with a session cookie. Your browser did not make this [cookie].",
        evidence.cookie_made,
        then=(Open(SITE_A, "/begin/value/", "A page that stores a value"),),
        read="that visiting a page makes a key. A visit alone makes none. A key is made when a value is stored. In "
        "step 1 the bar said *no session cookie*, visit after visit, until you counted in the session.",
        look=DEVTOOLS,
    ),
    Step(
        "The browser sends it back, to that server only",
        FRONT_PAGE_OF_B,
        "Look at the bar.",
        "Site A gets its cookie with each request. Site B gets none: a cookie goes to the [host] that set it.",
        evidence.sent_back,
        then=(FRONT_PAGE_OF_A,),
    ),
    Step(
        "The key is random. It says nothing about you",
        VALUES,
        "Press *New key*.",
        "Another [key](session key), and the same values. It is 32 random characters, with no name and no number of "
        "yours in it.",
        evidence.two_keys,
    ),
    Step(
        "Set a value",
        VALUES,
        "Choose a language and press *Set*. Open the bar.",
        'Under *Changed* it says: `language` added `"fr"`, or what you chose. The cookie stays the same.',
        evidence.value_set,
    ),
    Step(
        "Get the value",
        VALUES,
        "Load the page again. Or write `language` beside *Read one*, and press *Get*.",
        "The browser sent the key and no language. The server found the language under that key.",
        evidence.value_found,
    ),
    Step(
        "The value is in the session table, not in the cookie",
        Open(SITE_A, "/session/", "Where is it?"),
        "Find your [row] and its three columns.",
        "`session_key` is what your cookie has. `session_data` has the value. No column says whose the row is.",
        evidence.table_seen,
    ),
    Step(
        "`request.user`: who the row says you are",
        FRONT_PAGE_OF_A,
        "Choose *Sign in at Identity*. Sign in as alice, with the password alice. Leave *Keep me signed in* unticked: "
        "step 12 needs that. Then open the bar.",
        "Find `_auth_user_id` among the values of the row, and the new key. With each request Django makes "
        "`[request.user]` from that value.",
        evidence.user_found,
    ),
    Step(
        "`authenticate()` answers, `login()` remembers",
        Open(IDENTITY, "/signed-in/", "What is signing in?"),
        "Compare the two halves of the page.",
        "After the first, `request.user` is still anonymous. The second wrote `_auth_user_id` and made a new key.",
        evidence.both_calls_shown,
        read="that `[authenticate()]` logs you in. It only answers “this password is alice’s”. `[login()]` writes that "
        "into the session.",
    ),
    Step(
        "Three servers, three sessions",
        FRONT_PAGE_OF_B,
        "Choose *Sign in at Identity*.",
        "No password: Identity’s own cookie answered for you. Three cookies, none in common.",
        evidence.three_servers,
        look=LADDER,
    ),
    Step(
        "Sign out of one site, and sign in again",
        FRONT_PAGE_OF_B,
        "Choose *Here you are alice ▾*, then *Sign out of this site*. Then choose *Sign in at Identity*.",
        "Site B deleted its row and its cookie. Identity and site A still knew you: each has a session of its own. So "
        "one click was enough, without a password.",
        evidence.back_without_password,
    ),
    Step(
        "Close the browser, restart it: still signed in?",
        FRONT_PAGE_OF_A,
        "Close the browser, with all its windows. Start it, come back here, and press the button.",
        "Site A’s cookie has a [lifetime](Max-Age), so it stays. Identity’s cookie ends when the browser closes, "
        "unless the browser restores its tabs.",
        still_signed_in,
        then=(FRONT_PAGE_OF_A, Open(IDENTITY)),
        told="I have closed the browser and started it again",
    ),
)


@dataclass(frozen=True)
class Row:
    """A step as the page shows it. ``checks`` are of what somebody has said was done."""

    number: int
    step: Step
    shown: Statement | None
    checks: tuple[Statement, ...] = ()

    @property
    def is_being_checked(self) -> bool:
        return bool(self.checks) and self.shown is None

    @property
    def last(self) -> Entry | None:
        """The entry that completed it."""
        return self.shown.entries[-1] if self.shown else None


@dataclass(frozen=True)
class Progress:
    rows: tuple[Row, ...]

    @property
    def done(self) -> int:
        return sum(bool(row.shown) for row in self.rows)

    @property
    def next(self) -> Row | None:
        return next((row for row in self.rows if not row.shown), None)


def progress_of(traffic: Traffic) -> Progress:
    shown = shown_in(traffic)
    checks = tuple(in_words(checks_of(traffic)))
    return Progress(
        tuple(Row(number, step, shown.get(number), checks if step.told else ()) for number, step in enumerate(STEPS, 1))
    )


def shown_in(traffic: Traffic) -> dict[int, Statement]:
    """What shows each step, by its number.

    A step counts what came after the step before it was done, so that none ticks unread. Whoever does a later step
    early sees it tick in its turn, at the next request that shows it: each can be done again. Where older entries are
    not looked at, a step that is not shown may have been done, and holds up none.
    """
    shown: dict[int, Statement] = {}
    done = 0
    for number, step in enumerate(STEPS, 1):
        found = {one.entries[-1].id: one for one in step.evidence(traffic) if one.entries[-1].id > done}
        if found:
            done = min(found)
            shown[number] = found[done]
        elif not traffic.is_cut:
            break
    return shown
