"""A session expires. Who deletes its row?"""

from collections.abc import Sequence

from lab.servers import SITE_A
from lab.staging.acts import ClearSessions, Open, Press
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.journal.schema import Entry, Sweep


def check(steps: Sequence[Entry]) -> Verdict:
    _, expired, opened, swept = steps
    number = swept.record.number if isinstance(swept.record, Sweep) else 0
    return Verdict({"row": "stays" if number else "gone"}, (expired, opened))


SCENARIO = Scenario(
    name="expired_rows",
    title="Who deletes expired rows?",
    happens="The session table grows and grows, though every session has an expire date.",
    minutes=3,
    places={Reader.LEARNER: 7, Reader.DEVELOPER: 13},
    stages=(
        Stage(
            name="after_the_date",
            title="Your session at site A expires, and you come again. Is its row still in the table?",
            questions=(
                Question(
                    name="row",
                    ask="Is the row still there, before you run `clearsessions`?",
                    look="How many rows did the page say that it has deleted?",
                    options=(
                        Option(
                            "gone",
                            "None.",
                            "Django deleted the row when you came with its key.",
                            why_not="Django looked for a row of that key whose date has not passed, and found none. "
                            "It deletes nothing then.",
                        ),
                        Option(
                            "stays",
                            "One or more.",
                            "Nobody deletes a row because its date has passed.",
                            explain="The date makes the row count as none. It stays in the table until "
                            "`manage.py clearsessions` runs, once a day for example. A row is found by its key through "
                            "an index, so old rows hardly slow it down. But they fill the disk, and `clearsessions` "
                            "takes the longer the more there are.",
                        ),
                    ),
                    right="stays",
                ),
            ),
            steps=(
                Press(
                    SITE_A, "/values/", "What is in a session?", "Set", "/values/language/", {"Language": "Français"}
                ),
                Press(SITE_A, "/values/", "What is in a session?", "Expire now", "/values/expire/"),
                Open(SITE_A, is_again=True),
                ClearSessions(SITE_A),
            ),
            check=check,
        ),
    ),
)
