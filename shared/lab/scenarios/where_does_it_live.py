"""A language is set at site A. Where is it then?"""

from collections.abc import Sequence

from lab.servers import SITE_A, SITE_B
from lab.staging.acts import Press
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry


def check(steps: Sequence[Entry]) -> Verdict:
    at_a, at_b = (step.exchange for step in steps)
    cookie = next((one for one in at_a.set_cookies if one.role == "session"), None)
    is_in_row = "language" in values_in(at_a.after)
    shown = {
        "site_b": "same" if "language" in values_in(at_b.after) else "nothing",
        "cookie": "key" if is_in_row and cookie and cookie.is_random else "value",
    }
    return Verdict(shown, tuple(steps))


SCENARIO = Scenario(
    name="where_does_it_live",
    title="Where does a value live?",
    happens="You set a value in a session, and wonder where it is kept: in the browser, at one server, or at all.",
    minutes=3,
    places={Reader.LEARNER: 1},
    stages=(
        Stage(
            name="language",
            title="You set a language at site A. Where is it then?",
            questions=(
                Question(
                    name="site_b",
                    ask="What does site B keep of it?",
                    look="Open the session bar of site B. Is the language among the values of its row?",
                    options=(
                        Option(
                            "nothing",
                            "It is not there.",
                            "Site B has a session table of its own.",
                            explain="Site A stored `language` in its own session table. Site B made a row for the "
                            "cart, in another table of another database. Nothing of the one goes to the other.",
                        ),
                        Option(
                            "same",
                            "It is there.",
                            "It is the same browser.",
                            why_not="The browser is the same, but it keeps no language. It keeps one key for each "
                            "server. Each key finds a row at its own server only.",
                        ),
                    ),
                    right="nothing",
                ),
                Question(
                    name="cookie",
                    ask="What is in the cookie of site A?",
                    look="Open the session bar of site A. What does the cookie carry?",
                    options=(
                        Option(
                            "key",
                            "Random characters.",
                            "They are a key, and the language is in the row of that key.",
                            explain="The answer of site A told the browser to keep a key of 32 random characters. The "
                            "language is in the row under that key, in `session_data`.",
                        ),
                        Option(
                            "value",
                            "The language.",
                            "A cookie stores what is set.",
                            why_not="A cookie can carry a value. Django’s sessions do not use it so, unless the "
                            "session engine is `signed_cookies`: the cookie carries the key, and the table the value.",
                        ),
                    ),
                    right="key",
                ),
            ),
            steps=(
                Press(
                    SITE_A,
                    "/values/",
                    "What is in a session?",
                    "Set",
                    "/values/language/",
                    filled={"Language": "Français"},
                ),
                Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black"),
            ),
            check=check,
        ),
    ),
)
