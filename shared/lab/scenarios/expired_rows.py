"""A session expires. Who deletes its row, and what does it cost?"""

from collections.abc import Sequence
from dataclasses import replace

from lab.servers import SITE_A
from lab.staging.acts import BEGIN, ClearSessions, Curl, Measure, Open, Press
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.journal.schema import Entry, Measurement, Sweep

COLUMNS = ("expired rows", "ms to find one’s own row", "MB of database", "ms of clearsessions")


def check(steps: Sequence[Entry]) -> Verdict:
    _, expired, opened, swept = steps
    number = swept.record.number if isinstance(swept.record, Sweep) else 0
    return Verdict({"row": "stays" if number else "gone"}, (expired, opened))


def what_grows(steps: Sequence[Entry]) -> Verdict:
    """Between the smallest and the largest table, which has a hundred times as many rows."""
    measured = steps[-1].record
    assert isinstance(measured, Measurement)
    find, size, clear = (is_many_times(measured.numbers[name]) for name in COLUMNS[1:])
    shown = {(True, True, True): "all", (False, True, True): "two", (False, False, False): "none"}
    return Verdict({"grows": shown.get((find, size, clear), "")}, tuple(steps))


def is_many_times(values: Sequence[float]) -> bool:
    return values[-1] > 5 * values[0]


def how_many_rows(steps: Sequence[Entry]) -> Verdict:
    asked = steps[:-1]
    made = {one.set_key for one in asked if not one.sent_key and one.exchange.after}
    shown = {0: "none", 1: "one", len(asked): "each"}.get(len(made), "")
    return Verdict({"rows": shown}, tuple(asked))


BOT = Curl(SITE_A, path=BEGIN)
BOT_AGAIN = replace(BOT, is_again=True)

SCENARIO = Scenario(
    name="expired_rows",
    title="Who deletes expired rows, and what do they cost?",
    happens="The session table grows and grows, though every session has an expire date.",
    minutes=8,
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
                            "`manage.py clearsessions` runs, once a day for example.",
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
            repair="Nothing is repaired yet. What does it cost to let expired rows lie?",
        ),
        Stage(
            name="what_they_cost",
            title="1,000 expired rows, 10,000, 100,000: what grows with them?",
            questions=(
                Question(
                    name="grows",
                    ask="There are three costs: the time to find your own row, the size on the disk, and the time that "
                    "`clearsessions` takes. Which of them grow?",
                    look="Compare the first three lines of the table in the terminal. What has grown many times?",
                    options=(
                        Option(
                            "all",
                            "All three.",
                            "The database has to look through more rows for yours.",
                            why_not="It does not look through them. The key is the primary key of the table, and an "
                            "index leads to it in a few steps, whatever the number of rows.",
                        ),
                        Option(
                            "two",
                            "The size and `clearsessions`, but not the time to find a row.",
                            "An index leads to the row.",
                            explain="So nobody notices expired rows by slow pages. One notices a full disk, or a "
                            "`clearsessions` that takes long because it has not run for months. Run it often, "
                            "then it is short. The database did not become smaller: it keeps the space for new rows. "
                            "(The terminal’s last line was not measured: it is ten times the one above.)",
                        ),
                        Option(
                            "none",
                            "None of them.",
                            "Expired rows count as none.",
                            why_not="Django counts them as none when it reads a session. For the disk, and for who has "
                            "to delete them, they are rows like all others.",
                        ),
                    ),
                    right="two",
                ),
            ),
            steps=(Measure(SITE_A, "measure_expired_rows"),),
            check=what_grows,
            repair="Nothing is changed. Where do so many rows come from?",
        ),
        Stage(
            name="a_program_begins",
            title="A program without cookies begins to sign in at site A three times, and never goes on. "
            "How many rows does that make?",
            questions=(
                Question(
                    name="rows",
                    ask="How many rows does that make?",
                    look="How many different keys did site A give to the program? They are in its `Set-Cookie` lines.",
                    options=(
                        Option(
                            "none",
                            "None.",
                            "Nobody has signed in.",
                            why_not="A session begins before anybody is signed in. Site A must recognise Identity’s "
                            "answer by its `state`, so it stores that in a session and gives the key at once.",
                        ),
                        Option(
                            "one",
                            "One.",
                            "It is the same program each time.",
                            why_not="It may be the same, but it brings no key. Site A has nothing by which it could "
                            "know it again.",
                        ),
                        Option(
                            "each",
                            "Three.",
                            "Whoever comes without a cookie gets a new session.",
                            explain="Each start stored a `state`, a nonce and a verifier in a row of its own. Each row "
                            "stays for two weeks, and then until `clearsessions`. A crawler that follows the link "
                            "*Sign in*, or anybody with a loop, fills the table without a password.",
                        ),
                    ),
                    right="each",
                ),
            ),
            steps=(
                BOT,
                replace(BOT, is_again=True),
                replace(BOT, is_again=True),
                Open(SITE_A, "/session/", "Where is it?"),
            ),
            check=how_many_rows,
        ),
    ),
)
