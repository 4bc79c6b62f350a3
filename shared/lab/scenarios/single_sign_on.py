"""Signed in at one site, one click signs in at the other. Which message does it?"""

from collections.abc import Sequence

from lab.servers import SITE_A, SITE_B
from lab.staging.acts import SignIn
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.sessions import signs_in
from session_inspector.journal.schema import Entry


def check(steps: Sequence[Entry]) -> Verdict:
    """Which cookies came with the message after which the row of site B names somebody."""
    callback = steps[-1].exchange
    if not signs_in(callback):
        return Verdict({"message": ""}, (steps[-1],))
    brings_code = any(name == "code" for name, _ in callback.query)
    is_of_identity = any(one.name.startswith("identity_") for one in callback.cookies)
    shown = "cookie" if is_of_identity else "callback" if brings_code else ""
    return Verdict({"message": shown}, (steps[-1],))


SCENARIO = Scenario(
    name="single_sign_on",
    title="How does the second site know you?",
    happens="Single sign-on works, and you cannot say which message makes it work.",
    minutes=4,
    places={Reader.LEARNER: 2, Reader.DEVELOPER: 6},
    stages=(
        Stage(
            name="second_site",
            title="You sign in at site A with a password, and then at site B with one click. Which message made site B "
            "know you?",
            questions=(
                Question(
                    name="message",
                    ask="Which message made site B know you?",
                    look="Open the Ladder. Which message did site B get before it gave your session a new key?",
                    options=(
                        Option(
                            "cookie",
                            "A request to site B with the cookie of Identity.",
                            "That cookie says who you are.",
                            why_not="The cookie of Identity goes to Identity only. Site B never gets it, and could do "
                            "nothing with it: the row of its key is in the table of Identity.",
                        ),
                        Option(
                            "callback",
                            "Your browser came back to site B with a code.",
                            "Site B trades the code for an ID Token, server to server.",
                            explain="Identity knew you by its own cookie, and sent your browser back to site B with a "
                            "code. Site B exchanged it for an ID Token, without the browser. Then it wrote your user "
                            "into a session of its own.",
                        ),
                        Option(
                            "told",
                            "A message from site A to site B.",
                            "Site A knew you already.",
                            why_not="Site A and site B never talk to each other. Neither knows that the other is "
                            "there.",
                        ),
                    ),
                    right="callback",
                ),
            ),
            steps=(SignIn(SITE_A), SignIn(SITE_B)),
            check=check,
        ),
    ),
)
