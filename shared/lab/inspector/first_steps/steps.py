"""The lesson as data: what to click, what to watch for, and by what one sees that it was done."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.inspector.first_steps import evidence
from lab.inspector.first_steps.closing import checks_of, in_words, still_signed_in
from lab.inspector.first_steps.traffic import Traffic
from lab.servers import IDENTITY, SITE_A, SITE_B, Server
from session_inspector.inspector.statement import Statement
from session_inspector.journal.schema import Entry


@dataclass(frozen=True)
class Step:
    """A name of the code stands between backticks. The page at ``path`` of the ``server`` is called ``place``.

    In ``do``, ``watch`` and ``read`` a term that is explained stands in brackets: ``[row]``, ``[key](session key)``.
    ``read`` follows “You may have read”: what is widely said, and what is so. ``told`` is what a person says was done
    because no server can see it.
    """

    title: str
    server: Server
    path: str
    place: str
    do: str
    watch: str
    evidence: Callable[[Traffic], Statement | None]
    read: str = ""
    told: str = ""


STEPS = (
    Step(
        "HTTP is stateless: the counter forgets you",
        SITE_A,
        "/stateless/",
        "“What does a server remember between two requests?”",
        "Choose *Again*, two or three times.",
        "One counter is always 1: the program keeps nothing between two requests. The other one goes on. Steps 2 to 7 "
        "show how.",
        evidence.counted_twice,
    ),
    Step(
        "A server makes a cookie",
        SITE_A,
        "/begin/value/",
        "“A page that stores a value”",
        "Open the [session] bar under the head of the page.",
        "Your browser has `site_a_session`. It did not make this [cookie]: an answer of site A said `Set-Cookie`.",
        evidence.cookie_made,
    ),
    Step(
        "The browser sends it back, to that server only",
        SITE_B,
        "/",
        "its front page",
        "Then open site A again.",
        "Site A gets its cookie with each request. Site B gets none: a cookie goes to the [host] that set it.",
        evidence.sent_back,
    ),
    Step(
        "The key is random. It says nothing about you",
        SITE_A,
        "/values/",
        "“What is in a session?”",
        "Press *New key*.",
        "Another [key](session key), and the same values. It is 32 random characters, with no name and no number of "
        "yours in it.",
        evidence.two_keys,
        "that visiting a page makes a key. Only storing a value does: a visit to site B’s front page makes none.",
    ),
    Step(
        "Set a value",
        SITE_A,
        "/values/",
        "“What is in a session?”",
        "Choose a language and press *Set*.",
        'The bar says `language nothing → "fr"`. The cookie stays the same.',
        evidence.value_set,
    ),
    Step(
        "Get the value",
        SITE_A,
        "/values/",
        "“What is in a session?”",
        "Load the page again. Or write `language` beside *Read one*, and press *Get*.",
        "The browser sent the key and no language. The server found the language under that key.",
        evidence.value_found,
    ),
    Step(
        "The value is in the session table, not in the cookie",
        SITE_A,
        "/session/",
        "“Where is it?”",
        "Find your [row] and its three columns.",
        "`session_key` is what your cookie has. `session_data` has the value. No column says whose the row is.",
        evidence.table_seen,
    ),
    Step(
        "`request.user`: who the row says you are",
        SITE_A,
        "/",
        "its front page",
        "Choose *Sign in at Identity*. Sign in as alice, with the password alice.",
        "The row has `_auth_user_id` now, and a new key. With each request Django makes `[request.user]` from it.",
        evidence.user_found,
    ),
    Step(
        "`authenticate()` answers, `login()` remembers",
        IDENTITY,
        "/signed-in/",
        "“What is signing in?”",
        "Compare the two halves of the page.",
        "After the first, `request.user` is still anonymous. The second wrote `_auth_user_id` and made a new key.",
        evidence.both_calls_shown,
        "that `[authenticate()]` logs you in. It only answers “this password is alice’s”. `[login()]` writes that into "
        "the session.",
    ),
    Step(
        "Three servers, three sessions",
        SITE_B,
        "/",
        "its front page",
        "Choose *Sign in at Identity*.",
        "No password: Identity’s own cookie answered for you. Three cookies, none in common.",
        evidence.three_servers,
    ),
    Step(
        "Close the browser, restart it: still signed in?",
        SITE_A,
        "/",
        "its front page",
        "Close the browser, with all its windows. Start it, come back here, and press the button. Then open site A and "
        "Identity.",
        "Site A’s cookie has a [lifetime](Max-Age), and stays. Identity’s ends with the browser, unless that restores "
        "its tabs.",
        still_signed_in,
        told="I have closed the browser and started it again",
    ),
    Step(
        "Sign out",
        SITE_B,
        "/",
        "its front page",
        "Choose *Sign out of this site*. Then open site A.",
        "Site B deleted its row and its cookie. Site A still knows you: it has a session of its own.",
        evidence.signed_out,
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
    checks = tuple(in_words(checks_of(traffic)))
    return Progress(
        tuple(
            Row(number, step, step.evidence(traffic), checks if step.told else ())
            for number, step in enumerate(STEPS, 1)
        )
    )
