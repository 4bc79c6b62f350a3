"""Four clocks: cookie, row, ID Token and the session at Identity. Which one ends first, and what does one notice?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lab.servers import IDENTITY, SITE_A, SITE_B
from lab.staging.acts import IsTold, Manage, Open, Press, Reopen, SignIn
from lab.staging.parts import Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from session_inspector.explain.cookies import age_in, has_session_cookie
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry

TIMEOUT = timedelta(hours=1)
TOLERANCE = timedelta(minutes=5)  # for somebody who takes their time between two steps

NAME = "What is in a session?"
STEPS = (
    Press(SITE_A, "/values/", NAME, "Set", "/values/timeout/", {"Timeout": "1 hour"}),
    Manage(SITE_A, "age_sessions 40"),
    Open(SITE_A, "/values/", NAME, is_again=True),
)
CART = ("/cart/", "Your cart")  # not the page to which a sign-in leads
ASK = "How long does the session last from now on, if you go away?"
LOOK = "Load the page once more, and look at the session bar. What does it say at “Ends in”?"

# By their names, each the option of the question which of them ends first.
CLOCKS = {"ID Token": "token", "Cookie of site B": "cookie", "Row of site B": "row", "Session at Identity": "identity"}

WORKING_DAY: dict[str, Settings] = {
    "site_b": {"SESSION_COOKIE_AGE": Change(8 * 60 * 60, "A working day. The session at Identity lasts two weeks.")}
}
WITH_THE_BROWSER: dict[str, Settings] = {
    "site_b": {"SESSION_EXPIRE_AT_BROWSER_CLOSE": Change(True, "So that nobody else goes on with your session.")}
}


def check(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    row = page.exchange.after
    left = row.expires - page.at if row and row.expires else timedelta()
    shown = "anew" if left > TIMEOUT - TOLERANCE else "rest" if left > timedelta() else ""
    return Verdict({"left": shown}, tuple(steps[1:]))


def which_ends_first(steps: Sequence[Entry]) -> Verdict:
    """The steps are a callback, a command, a look at the site, and one at Identity."""
    callback, _, site, identity = steps
    ends = ends_in((callback, site, identity))
    first = min(ends, key=lambda name: ends[name], default="")
    return Verdict({"first": CLOCKS[first] if len(ends) == len(CLOCKS) else ""}, (callback, site, identity))


def ends_in(entries: Sequence[Entry]) -> dict[str, datetime]:
    """Of each of the clocks, as far as these tell it: a callback, a look at the site, and one at Identity."""
    callback, site, identity = entries
    found = (expiry_of_token(callback), expiry_of_cookie(callback), expiry_of_row(site), expiry_of_row(identity))
    return {name: end for name, end in zip(CLOCKS, found, strict=True) if end}


def expiry_of_token(callback: Entry) -> datetime | None:
    """``exp`` of the ID Token that the site accepted there."""
    token = callback.exchange.id_token
    exp = token.claims.get("exp") if token else None
    return datetime.fromtimestamp(exp, callback.at.tzinfo) if isinstance(exp, int | float) else None


def expiry_of_row(page: Entry) -> datetime | None:
    return page.exchange.after.expires if page.exchange.after else None


def expiry_of_cookie(callback: Entry) -> datetime | None:
    """When the browser forgets the session cookie that was set there."""
    kept = [age_in(one.attributes) for one in callback.exchange.set_cookies if one.role == "session"]
    return callback.at + timedelta(seconds=kept[-1]) if kept and kept[-1] is not None else None


def after_the_token(steps: Sequence[Entry]) -> Verdict:
    callback, page = steps
    end = expiry_of_token(callback)
    shown = "" if not end or page.at < end else "known" if person_of(page.exchange) else "nobody"
    return Verdict({"site_b": shown}, (callback, page))


def was_a_password_asked(steps: Sequence[Entry]) -> Verdict:
    """Of the second sign-in: the ID Token says when the person last gave one (``auth_time``)."""
    first, *_, page, second = steps
    times = [one.exchange.id_token.claims.get("auth_time") for one in (first, second) if one.exchange.id_token]
    shown = "" if len(times) < 2 or person_of(page.exchange) else "click" if times[0] == times[1] else "password"
    return Verdict({"again": shown}, (page, second))


def who_is_at_b(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    return Verdict({"site_b": "known" if person_of(page.exchange) else "nobody"}, tuple(steps[1:]))


def after_closing(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    shown = "known" if person_of(page.exchange) else "" if has_session_cookie(page.exchange) else "nobody"
    return Verdict({"site_b": shown}, tuple(steps))


def asked(*options: Option, right: str) -> tuple[Question, ...]:
    return (Question(name="left", ask=ASK, look=LOOK, options=options, right=right),)


def asked_at_b(known: Option, nobody: Option, right: str) -> tuple[Question, ...]:
    ask, look = "Who are you at site B then?", "What did site B show you at the end?"
    return (Question(name="site_b", ask=ask, look=look, options=(known, nobody), right=right),)


SCENARIO = Scenario(
    name="lifetimes",
    title="When does a session end?",
    happens="People are signed out in the middle of their work, though they click all the time. Or they never are.",
    minutes=15,
    places={Reader.LEARNER: 8, Reader.DEVELOPER: 14},
    stages=(
        Stage(
            name="four_clocks",
            title="You sign in at site B, and its row gets an hour older. Cookie, row, ID Token, session at Identity: "
            "which ends first?",
            settings=WORKING_DAY,
            questions=(
                Question(
                    name="first",
                    ask="Which of the four ends first?",
                    look="The session bars say “Ends in”. The time beside the first step leads to the callback, with "
                    "the cookie’s `Max-Age` and `exp` of the ID Token. Which end comes first?",
                    options=(
                        Option(
                            "token",
                            "The ID Token.",
                            "It need only last until the site has read it.",
                            explain="Identity made it for five minutes. The row at site B ends in about seven hours, "
                            "the cookie that finds it in about eight: the command moves the date of the row, and no "
                            "clock of a browser. The session at Identity lasts two weeks. Each end is a date of its "
                            "own, written at another place. None of them knows the others.",
                        ),
                        Option(
                            "row",
                            "The row at site B.",
                            "The server’s clock counts, and it was moved.",
                            why_not="It was moved, and it ends before its cookie. But something else, which is not for "
                            "later use, ends much sooner.",
                        ),
                        Option(
                            "cookie",
                            "The cookie of site B.",
                            "A cookie is the weakest of them.",
                            why_not="It got a `Max-Age` of eight hours. Something else is much shorter.",
                        ),
                        Option(
                            "identity",
                            "The session at Identity.",
                            "It began first.",
                            why_not="It began first, but it lasts two weeks, Django’s default.",
                        ),
                    ),
                    right="token",
                ),
            ),
            steps=(SignIn(SITE_B), Manage(SITE_B, "age_sessions 60"), Open(SITE_B, is_again=True), Open(IDENTITY)),
            check=which_ends_first,
            ends=ends_in,
            repair="So the ID Token is the first. What does one notice of that?",
        ),
        Stage(
            name="token_ended",
            title="The ID Token lasts one second. You sign in at site B, and wait two seconds. Who are you there?",
            settings={
                "identity": {"IDP_OIDC_ID_TOKEN_EXPIRES_IN": Change(1, "So that you need not wait five minutes.")}
            },
            questions=asked_at_b(
                Option(
                    "known",
                    "Still alice.",
                    "Site B has a session of its own.",
                    explain="Site B checks the ID Token once, when you come back from Identity. It makes a session of "
                    "its own then, and only that counts. It keeps the token to send it along when you sign out, and "
                    "looks at its end no more. After 15 minutes this site asks Identity again, with `prompt=none`, but "
                    "because of its own setting `OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS`, not of `exp`.",
                ),
                Option(
                    "nobody",
                    "Not signed in.",
                    "The ID Token proves who you are, and it has expired.",
                    why_not="It proved it to site B at one moment. The specification asks to check `exp` when the "
                    "token is accepted. It ties no session to it.",
                ),
                right="known",
            ),
            steps=(SignIn(SITE_B), Open(SITE_B, *CART, wait=2)),
            check=after_the_token,
            repair="And when the row of the site ends, while your session at Identity lives?",
        ),
        Stage(
            name="row_ended",
            title="A working day later your session at site B has ended. You sign in there again. What do you have to "
            "do?",
            settings=WORKING_DAY,
            questions=(
                Question(
                    name="again",
                    ask="What do you have to do to be signed in again?",
                    look="What did you have to do, the second time?",
                    options=(
                        Option(
                            "password",
                            "Type the password.",
                            "The session is over, so everything begins anew.",
                            why_not="That of site B is over. The session at Identity is another one, and nothing ended "
                            "it.",
                        ),
                        Option(
                            "click",
                            "One click.",
                            "Identity still knows you.",
                            explain="Site B found no row that is still good, and took you for nobody. Then it sent you "
                            "to Identity, which knows your browser by its own cookie, and sent you back at once. Its "
                            "`auth_time` is that of the first sign-in: nobody has typed a password since. A short "
                            "session at the site alone does not keep anybody out who has your browser.",
                        ),
                    ),
                    right="click",
                ),
            ),
            steps=(SignIn(SITE_B), Manage(SITE_B, "age_sessions 540"), Open(SITE_B, is_again=True), SignIn(SITE_B)),
            check=was_a_password_asked,
            repair="And the other way round: the session at Identity ends first.",
        ),
        Stage(
            name="identity_ended",
            title="Your session at Identity ends by its date. Nobody clicks anything. Who are you at site B?",
            questions=asked_at_b(
                Option(
                    "known",
                    "Still alice.",
                    "Site B has a session of its own.",
                    why_not="So it is with a provider that tells nobody: you notice nothing until the site asks again. "
                    "But this one tells its sites, also when a session ends by its date.",
                ),
                Option(
                    "nobody",
                    "Not signed in.",
                    "Identity told site B.",
                    explain="A row that expires makes no request, so nothing would happen by itself. But at Identity a "
                    "process looks for such rows twice a second. It sent a logout token to site B, which deleted your "
                    "row (OpenID Connect Back-Channel Logout). Without it you would stay signed in until site B asks "
                    "with `prompt=none`, or until its own row ends.",
                ),
                right="nobody",
            ),
            steps=(SignIn(SITE_B), Manage(IDENTITY, "age_sessions 30000"), IsTold(SITE_B), Open(SITE_B, *CART)),
            check=who_is_at_b,
            repair="How long a row lasts, you have seen. From when is that counted?",
        ),
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
            repair="One more end that a cookie may have: the browser is closed.",
        ),
        Stage(
            name="browser_closed",
            title="The cookie of site B ends with the browser. You sign in there, close the browser and open it again. "
            "Who are you at B?",
            settings=WITH_THE_BROWSER,
            questions=asked_at_b(
                Option(
                    "known",
                    "Still alice.",
                    "The row at site B is still there.",
                    why_not="It is, until its own date. But nobody has its key any more.",
                ),
                Option(
                    "nobody",
                    "Not signed in.",
                    "The cookie is gone.",
                    explain="The cookie had no `Max-Age`, so the browser forgot it at its end. No server was told: the "
                    "row stays in the table of site B until its date, two weeks from then. Whoever has a copy of the "
                    "key can go on.",
                ),
                right="nobody",
            ),
            steps=(SignIn(SITE_B), Reopen(SITE_B, *CART)),
            check=after_closing,
            repair="Nothing but your browser: it opens the tabs of last time.",
        ),
        Stage(
            name="browser_restored",
            title="The same, but your browser goes on with the tabs of last time. Who are you at site B?",
            settings=WITH_THE_BROWSER,
            questions=asked_at_b(
                Option(
                    "known",
                    "Still alice.",
                    "The browser brings the cookie back.",
                    explain="To go on where you left off, Chromium and Firefox also keep the cookies that end with the "
                    "browser. For them it never ended. So this setting of the site is a wish. Who wants to be sure "
                    "that a session ends gives its row a short life on the server.",
                ),
                Option(
                    "nobody",
                    "Not signed in.",
                    "A cookie without `Max-Age` ends with the browser.",
                    why_not="The specification lets the browser say when its session is over (RFC 6265, 5.3). One that "
                    "restores its tabs says: not yet.",
                ),
                right="known",
            ),
            steps=(SignIn(SITE_B), Reopen(SITE_B, *CART, is_restoring=True)),
            check=after_closing,
        ),
    ),
)
