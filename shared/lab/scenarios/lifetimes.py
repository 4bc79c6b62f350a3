"""A timeout of one hour: from when is it counted?"""

from collections.abc import Sequence
from datetime import timedelta

from lab.servers import SITE_A
from lab.staging.acts import Manage, Open, Press
from lab.staging.parts import Change, Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.journal.schema import Entry

TIMEOUT = timedelta(hours=1)
TOLERANCE = timedelta(minutes=5)  # for somebody who takes their time between two steps

NAME = "What is in a session?"
STEPS = (
    Press(SITE_A, "/values/", NAME, "Set", "/values/timeout/", {"Timeout": "1 hour"}),
    Manage(SITE_A, "age_sessions 40"),
    Open(SITE_A, "/values/", NAME, is_again=True),
)
ASK = "How long does the session last from now on, if you go away?"
LOOK = "Load the page once more, and look at the session bar. What does it say at “Ends in”?"


def check(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    row = page.exchange.after
    left = row.expires - page.at if row and row.expires else timedelta()
    shown = "anew" if left > TIMEOUT - TOLERANCE else "rest" if left > timedelta() else ""
    return Verdict({"left": shown}, tuple(steps[1:]))


def asked(*options: Option, right: str) -> tuple[Question, ...]:
    return (Question(name="left", ask=ASK, look=LOOK, options=options, right=right),)


SCENARIO = Scenario(
    name="lifetimes",
    title="When does a session end?",
    happens="People are signed out in the middle of their work, though they click all the time. Or they never are.",
    minutes=6,
    places={Reader.LEARNER: 8, Reader.DEVELOPER: 14},
    stages=(
        Stage(
            name="fixed",
            title="You set a timeout of one hour. 40 minutes later you look. How long does the session last?",
            questions=asked(
                Option(
                    "rest",
                    "About 20 minutes.",
                    "Looking is no change.",
                    explain="Django writes the row, and its date, only when the session has changed. A page that only "
                    "reads the session leaves the date as it is. So somebody who only reads is signed out in the "
                    "middle of it. (The command has moved the date in the row. Your browser’s clock was not moved.)",
                ),
                Option(
                    "anew",
                    "About an hour.",
                    "Each visit begins the time anew.",
                    why_not="Only a change of the session does that, or the setting `SESSION_SAVE_EVERY_REQUEST`, "
                    "which is off at first.",
                ),
                right="rest",
            ),
            steps=STEPS,
            check=check,
            repair="`SESSION_SAVE_EVERY_REQUEST` is switched on.",
        ),
        Stage(
            name="sliding",
            title="The same, with `SESSION_SAVE_EVERY_REQUEST`. How long does the session last after that look?",
            settings={
                "site_a": {"SESSION_SAVE_EVERY_REQUEST": Change(True, "So that nobody is signed out while they read.")}
            },
            questions=asked(
                Option(
                    "rest",
                    "About 20 minutes.",
                    "Looking is no change.",
                    why_not="It is none. But with this setting Django writes the row after each request, changed or "
                    "not, and counts the time from there.",
                ),
                Option(
                    "anew",
                    "About an hour.",
                    "Each request begins the time anew.",
                    explain="Django wrote the row with a new date, and the cookie with a new `Max-Age`. The price: "
                    "each request writes to the database, and two requests at the same time can lose a change more "
                    "easily. A page that asks by itself in the background never lets the session end.",
                ),
                right="anew",
            ),
            steps=STEPS,
            check=check,
        ),
    ),
)
