"""A session cookie is copied into another program. Who is that, and how does it end?"""

from collections.abc import Sequence

from lab.endpoints import SIGN_OUT_OF_SITE
from lab.servers import SITE_A
from lab.staging.acts import Curl, Press, SignIn, copy_key
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry


def who_is_curl(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    return Verdict({"curl": "alice" if person_of(copied.exchange) else "nobody"}, (copied,))


def after_signing_out(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    return Verdict({"curl": "alice" if person_of(copied.exchange) else "nobody"}, tuple(steps[-2:]))


SCENARIO = Scenario(
    name="stolen_cookie",
    title="Somebody copied your session cookie",
    happens="A session cookie got into a log, a screenshot or somebody’s hands. You want to know what it opens, and "
    "how to end it.",
    minutes=5,
    places={Reader.LEARNER: 6, Reader.DEVELOPER: 8},
    stages=(
        Stage(
            name="copied",
            title="You sign in at site A. The key from your cookie is copied into `curl`. Whom does site A take `curl` "
            "for?",
            questions=(
                Question(
                    name="curl",
                    ask="Whom does site A take `curl` for?",
                    look="What did the answer in the terminal say? Look for “Welcome” in it.",
                    options=(
                        Option(
                            "alice",
                            "For alice.",
                            "The key is all that counts.",
                            explain="Site A looked up the row of the key, and the row names alice. Django’s sessions "
                            "ask for neither program nor address. So a key is as good as a password, as long as the "
                            "session lasts. *Side by side* shows it as one session that is used from two places.",
                        ),
                        Option(
                            "nobody",
                            "For nobody.",
                            "It is another program, which never signed in.",
                            why_not="The server does not know which program signed in. It knows a row, and whoever "
                            "brings its key.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(SignIn(SITE_A), copy_key(SITE_A), Curl(SITE_A, "site_a_session")),
            check=who_is_curl,
            repair="How do you end it, if the thief has the key already?",
        ),
        Stage(
            name="signed_out",
            title="The same, but you sign out at site A before `curl` asks. Whom does site A take `curl` for?",
            questions=(
                Question(
                    name="curl",
                    ask="Whom does site A take `curl` for?",
                    look="What did the answer in the terminal say?",
                    options=(
                        Option(
                            "alice",
                            "Still for alice.",
                            "You signed out of your browser, and `curl` has its own copy.",
                            why_not="To sign out deletes the row on the server. The copy is a key without a row.",
                        ),
                        Option(
                            "nobody",
                            "For nobody.",
                            "The row is gone, so every copy of its key is worthless.",
                            explain="Signing out called `flush()`: the row is deleted. It does not matter how many "
                            "copies of the key there are. With the session engine `signed_cookies` there is no row, "
                            "and a copy goes on until it expires.",
                        ),
                    ),
                    right="nobody",
                ),
            ),
            steps=(
                SignIn(SITE_A),
                copy_key(SITE_A),
                Press(SITE_A, "/", "", "Sign out of this site", SIGN_OUT_OF_SITE),
                Curl(SITE_A, "site_a_session"),
            ),
            check=after_signing_out,
        ),
    ),
)
