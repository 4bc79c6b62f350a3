"""Two sites with one session table and one secret key: it looks like single sign-on."""

from collections.abc import Sequence

from lab.endpoints import SIGN_OUT_OF_SITE
from lab.servers import SITE_A, SITE_B
from lab.staging.acts import IN_MENU, Open, Press, SignIn
from lab.staging.hosts import ONE_HOST
from lab.staging.parts import (
    Change,
    Option,
    Question,
    Reader,
    Scenario,
    Settings,
    SharedDatabase,
    SharedSecretKey,
    Stage,
    Verdict,
)
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry

ONE_COOKIE: Settings = {"SESSION_COOKIE_NAME": Change("sessionid", "Both sites read the same cookie.")}
SHARED: dict[str, Settings] = {
    "site_a": ONE_COOKIE,
    "site_b": {
        **ONE_COOKIE,
        "DATABASES": SharedDatabase(SITE_A, "One session table for both, to have one sign-in."),
        "SECRET_KEY": SharedSecretKey(SITE_A, "Otherwise the rows of the other one cannot be read."),
    },
}


def who_is_at_b(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    return Verdict({"site_b": "alice" if person_of(page.exchange) else "nobody"}, tuple(steps))


def who_is_at_a(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    return Verdict({"site_a": "alice" if person_of(page.exchange) else "nobody"}, tuple(steps[-2:]))


SCENARIO = Scenario(
    name="shared_store",
    title="One session table for two sites",
    happens="Two sites share a database and `SECRET_KEY`, so that one sign-in serves both. Sessions end or "
    "change without a reason.",
    minutes=5,
    places={Reader.DEVELOPER: 9},
    stages=(
        Stage(
            name="looks_like_sso",
            title="Two sites share host, cookie, session table and secret key. You sign in at site A. Who are you at "
            "site B?",
            hosts=ONE_HOST,
            settings=SHARED,
            questions=(
                Question(
                    name="site_b",
                    ask="Who are you at site B, which you have never opened?",
                    look="What did site B show you?",
                    options=(
                        Option(
                            "nobody",
                            "Not signed in.",
                            "Site B has asked Identity nothing.",
                            why_not="It has not, and it need not: the cookie of site A comes to site B, and its key "
                            "finds a row in the table that both use.",
                        ),
                        Option(
                            "alice",
                            "Signed in as alice.",
                            "The key finds the same row at both.",
                            explain="It looks like single sign-on, and it is one session that two sites write into. "
                            "Site B never checked an ID Token. Whatever one site puts into the session, or ends, is so "
                            "at the other.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(SignIn(SITE_A), Open(SITE_B, then="Press nothing.")),
            check=who_is_at_b,
            repair="Nothing is changed. What does it mean to sign out of one of them?",
        ),
        Stage(
            name="one_ends_both",
            title="The same. You sign in at site A, and sign out of site B only. Who are you at site A?",
            hosts=ONE_HOST,
            settings=SHARED,
            questions=(
                Question(
                    name="site_a",
                    ask="Who are you at site A then?",
                    look="What did site A show you at the end?",
                    options=(
                        Option(
                            "alice",
                            "Still alice.",
                            "You signed out of site B only.",
                            why_not="There is no session of site B that could end alone. There is one row, and it is "
                            "deleted.",
                        ),
                        Option(
                            "nobody",
                            "Not signed in.",
                            "Both hang on one row.",
                            explain="Site B called `logout()`, which deletes the row. Site A’s key finds nothing any "
                            "more. In the same way a bug of one site, or one stolen key, is a bug of both. Give each "
                            "site a table, a key and a cookie of its own, and let Identity sign people in.",
                        ),
                    ),
                    right="nobody",
                ),
            ),
            steps=(
                SignIn(SITE_A),
                Press(SITE_B, "/", "", "Sign out of this site", SIGN_OUT_OF_SITE, then=IN_MENU),
                Open(SITE_A, is_again=True),
            ),
            check=who_is_at_a,
        ),
    ),
)
