"""One browser, two people: alice at site B, then bob at Identity. Whom does site B take you for?"""

from collections.abc import Sequence

from lab.endpoints import SIGN_OUT_OF_IDENTITY
from lab.servers import IDENTITY, SITE_B
from lab.staging.acts import IN_MENU, Open, Press, SignIn
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry

AS_ALICE = SignIn(SITE_B)
SIGN_OUT = Press(IDENTITY, "/", "", "Sign out at Identity", SIGN_OUT_OF_IDENTITY, is_in_new_tab=True, then=IN_MENU)
LOOK = Open(SITE_B, is_again=True)
ASK = "Who are you at site B then?"


def person_at(page: Entry) -> str:
    """The name of an option; empty for somebody whom no option names."""
    name = person_of(page.exchange)
    return name if name in ("alice", "bob") else "" if name else "nobody"


def after_signing_out(steps: Sequence[Entry]) -> Verdict:
    """Nothing, unless it was bob who signed in at Identity before the page."""
    sign_in, page = steps[-2:]
    return Verdict({"site_b": person_at(page) if person_of(sign_in.exchange) == "bob" else ""}, (sign_in, page))


def after_losing_the_key(steps: Sequence[Entry]) -> Verdict:
    """The same, and whom site B takes the browser for after another sign-in."""
    sign_in, page, callback = steps[-3:]
    is_bob = person_of(sign_in.exchange) == "bob"
    shown = {"site_b": person_at(page), "again": person_at(callback)} if is_bob else {"site_b": "", "again": ""}
    return Verdict(shown, (sign_in, page, callback))


SCENARIO = Scenario(
    name="sign_in_twice",
    title="Two tabs, two people",
    happens="Two people use one browser. One has signed in at the provider, and a site shows the other one, or nobody.",
    minutes=5,
    places={Reader.DEVELOPER: 15},
    stages=(
        Stage(
            name="signed_out",
            title="You sign in at site B as alice. In a new tab you sign out at Identity, and sign in there as bob. "
            "Who are you at site B?",
            questions=(
                Question(
                    name="site_b",
                    ask=ASK,
                    look="What did site B show you when you opened it again?",
                    options=(
                        Option(
                            "alice",
                            "Still alice.",
                            "I did nothing at site B.",
                            why_not="Your browser did nothing there, but Identity did. When alice signed out, it told "
                            "site B, from server to server.",
                        ),
                        Option(
                            "bob",
                            "Now bob.",
                            "Site B shows whoever is signed in at Identity.",
                            why_not="Site B asks Identity in a sign-in, and bob has not begun one at site B.",
                        ),
                        Option(
                            "nobody",
                            "Nobody.",
                            "Alice’s session there has ended, and bob never had one.",
                            explain="Alice’s session at Identity had led to site B, so its end did, too: site B got a "
                            "logout token and deleted its row. Bob’s session at Identity has led to no site yet. "
                            "Signing out and signing in are two events, and site B hears of the first only.",
                        ),
                    ),
                    right="nobody",
                ),
            ),
            steps=(AS_ALICE, SIGN_OUT, SignIn(IDENTITY, "bob"), LOOK),
            check=after_signing_out,
            repair="This time nobody signs out. The browser loses the session cookie of Identity, as when it is closed "
            "or cleared.",
        ),
        Stage(
            name="cookie_lost",
            title="You sign in at site B as alice. Your browser loses the session cookie of Identity. In a new tab you "
            "sign in there as bob.",
            questions=(
                Question(
                    name="site_b",
                    ask=ASK,
                    look="What did site B show you when you opened it again?",
                    options=(
                        Option(
                            "alice",
                            "Still alice.",
                            "Nobody told site B anything.",
                            explain="At Identity no session has ended. The row of alice is still there, only no "
                            "browser has its key. So site B was told nothing, and its own row says alice. One browser "
                            "is two people: bob at Identity, alice at site B. That lasts until site B asks Identity: "
                            "in another sign-in, or by itself after 15 minutes.",
                        ),
                        Option(
                            "bob",
                            "Now bob.",
                            "A browser can be signed in as one person only.",
                            why_not="Each server has a cookie and a row of its own. Nothing makes them name the same "
                            "person.",
                        ),
                        Option(
                            "nobody",
                            "Nobody.",
                            "Bob’s sign-in ended the session of alice.",
                            why_not="Identity did not know that it was the same browser: it came without the key.",
                        ),
                    ),
                    right="alice",
                ),
                Question(
                    name="again",
                    ask="You sign in at site B once more. Who are you there now?",
                    look="What did site B show you at the end?",
                    options=(
                        Option(
                            "alice",
                            "Alice, as before.",
                            "Site B knows me already.",
                            why_not="To sign in asks Identity anew, whoever site B knows. Its answer counts.",
                        ),
                        Option(
                            "bob",
                            "Bob, without a password.",
                            "Identity says who I am.",
                            explain="Identity knew bob by its own cookie. Site B saw another person than before: it "
                            "ended the session of alice, with all that was in it, began one for bob, and said so on "
                            "the page.",
                        ),
                        Option(
                            "nobody",
                            "Nobody: the sign-in fails.",
                            "Site B refuses a second person.",
                            why_not="It takes whom Identity names. But it lets bob see nothing of what alice had in "
                            "her session.",
                        ),
                    ),
                    right="bob",
                ),
            ),
            steps=(
                AS_ALICE,
                Open(IDENTITY),  # the developer tools show the cookies of the page that is open
                Open(IDENTITY, deleted="identity_session", is_again=True),
                SignIn(IDENTITY, "bob", is_in_new_tab=True),
                LOOK,
                SignIn(SITE_B, person="", is_again=True),
            ),
            check=after_losing_the_key,
        ),
    ),
)
