"""Somebody knows your session key before you sign in. What is it worth afterwards?"""

from collections.abc import Sequence

from lab.servers import SITE_A
from lab.staging.acts import Curl, Open, Press, SignIn, copy_key
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.sessions import person_of
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry


def check(steps: Sequence[Entry]) -> Verdict:
    _, _, signed_in, copied, page = steps
    person, row = person_of(copied.exchange), copied.exchange.before
    shown = {
        "old_key": "alice" if person else "language" if row else "nothing",
        "language": "stays" if "language" in values_in(page.exchange.after) else "gone",
    }
    return Verdict(shown, (signed_in, copied, page))


SCENARIO = Scenario(
    name="key_rotation",
    title="Somebody planted your session key",
    happens="You have read of session fixation, and want to see what Django does against it, and why the cart stays.",
    minutes=5,
    places={Reader.DEVELOPER: 7, Reader.LEARNER: 5},
    stages=(
        Stage(
            name="known_key",
            title="Somebody knows the key of your session before you sign in. Then you sign in. What can they do?",
            questions=(
                Question(
                    name="old_key",
                    ask="Whom does site A take somebody for who brings the key from before?",
                    look="What did the answer in the terminal begin with? Look for “Welcome” in it.",
                    options=(
                        Option(
                            "alice",
                            "For alice.",
                            "The key leads to your session, and you signed in to it.",
                            why_not="`login()` gave the session a new key, and told only your browser. The old key "
                            "leads nowhere. Whoever planted it has nothing (session fixation).",
                        ),
                        Option(
                            "language",
                            "For nobody, but it still knows the language.",
                            "The row from before is still there.",
                            why_not="There is no second row. The row itself got the new key, so under the old one "
                            "there is none.",
                        ),
                        Option(
                            "nothing",
                            "For nobody. It knows no language either.",
                            "Signing in gave the session a new key.",
                            explain="`login()` called `cycle_key()`: the same values, under a new random key. Only the "
                            "answer to your browser had it. So the key that somebody knew before is worth nothing.",
                        ),
                    ),
                    right="nothing",
                ),
                Question(
                    name="language",
                    ask="What became of the language that you set before?",
                    look="In which language did site A greet you at the end?",
                    options=(
                        Option(
                            "stays",
                            "It stays.",
                            "The values move to the new key.",
                            explain="`cycle_key()` keeps the values. So a cart that was filled before signing in is "
                            "still there. Only when another person signs in does Django throw them away.",
                        ),
                        Option(
                            "gone",
                            "It is gone.",
                            "A new key is a new session.",
                            why_not="A new key is only another name for the same row. `flush()` would begin a new "
                            "session. Django calls it when one signs out, or when another person signs in.",
                        ),
                    ),
                    right="stays",
                ),
            ),
            steps=(
                Press(
                    SITE_A, "/values/", "What is in a session?", "Set", "/values/language/", {"Language": "Français"}
                ),
                copy_key(SITE_A),
                SignIn(SITE_A),
                Curl(SITE_A, "site_a_session"),
                Open(SITE_A, is_again=True),
            ),
            check=check,
        ),
    ),
)
