"""A session cookie is copied into another program: who is that, how does it end, and what prevents it?"""

from collections.abc import Sequence

from lab.endpoints import SIGN_OUT_OF_SITE
from lab.servers import SITE_A
from lab.staging.acts import IN_MENU, Curl, Open, Press, SignIn, copy_key
from lab.staging.foreign_script import PATH
from lab.staging.parts import Addition, Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from session_inspector.explain.sessions import person_of, signs_in
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry

WITH_A_SCRIPT: Settings = {
    "MIDDLEWARE": Addition(
        "lab.staging.foreign_script.ForeignScriptMiddleware", "One of its pages has a script of somebody else."
    )
}
RUN_IT = Press(SITE_A, PATH, "A page with a foreign script", "Run the script", PATH)


def who_is_curl(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    return Verdict({"curl": "alice" if person_of(copied.exchange) else "nobody"}, (copied,))


def after_signing_out(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    return Verdict({"curl": "alice" if person_of(copied.exchange) else "nobody"}, tuple(steps[-2:]))


def sees_the_key(ran: Entry) -> bool:
    """Whether the script named the session cookie among those that it saw."""
    seen = str(dict(ran.exchange.form).get("name", "")).split()
    return any(one.role == "session" and one.name in seen for one in ran.exchange.cookies)


def what_the_script_sees(steps: Sequence[Entry]) -> Verdict:
    ran = steps[-1]
    return Verdict({"script": "seen" if sees_the_key(ran) else "hidden"}, (ran,))


def what_the_script_does(steps: Sequence[Entry]) -> Verdict:
    _, ran, page = steps
    is_done = values_in(page.exchange.after).get("language") == "fr"
    return Verdict({"script": "key" if sees_the_key(ran) else "acts" if is_done else "nothing"}, (ran, page))


def who_has_a_secure_cookie(steps: Sequence[Entry]) -> Verdict:
    callback, _, copied = steps
    is_alice = person_of(copied.exchange)
    shown = "fails" if not signs_in(callback.exchange) else "alice" if is_alice else "nobody"
    return Verdict({"curl": shown}, (callback, copied))


SCENARIO = Scenario(
    name="stolen_cookie",
    title="Somebody copied your session cookie",
    happens="A session cookie got into a log, a screenshot or somebody’s hands. You wonder what it opens, and what "
    "ends it.",
    minutes=10,
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
                Press(SITE_A, "/", "", "Sign out of this site", SIGN_OUT_OF_SITE, then=IN_MENU),
                Curl(SITE_A, "site_a_session"),
            ),
            check=after_signing_out,
            repair="How does somebody get at a key? By a script in a page, for example.",
        ),
        Stage(
            name="script_reads",
            title="The session cookie of site A is not `HttpOnly`. A page there has a script that somebody else "
            "wrote. Does it see the key?",
            settings={
                "site_a": {
                    **WITH_A_SCRIPT,
                    "SESSION_COOKIE_HTTPONLY": Change(False, "So that a script of the site can use the session."),
                }
            },
            questions=(
                Question(
                    name="script",
                    ask="Does the script see your session cookie?",
                    look="Which cookies has the script seen? Is `site_a_session` one of them?",
                    options=(
                        Option(
                            "hidden",
                            "No.",
                            "It was written by somebody else, and a browser keeps sites apart.",
                            why_not="What counts is the page in which it runs. There a script may do what a script of "
                            "the site may, whoever wrote it.",
                        ),
                        Option(
                            "seen",
                            "Yes.",
                            "It runs in a page of site A.",
                            explain="`document.cookie` has name and value of every cookie of this page that is not "
                            "`HttpOnly`. This script kept only the names. Another one might have sent the key away, "
                            "for somebody to put it into `curl`.",
                        ),
                    ),
                    right="seen",
                ),
            ),
            steps=(SignIn(SITE_A), RUN_IT),
            check=what_the_script_sees,
            repair="The cookie is `HttpOnly` again, Django’s default.",
        ),
        Stage(
            name="script_acts",
            title="The same, and the cookie is `HttpOnly`. What can the script do?",
            settings={"site_a": WITH_A_SCRIPT},
            questions=(
                Question(
                    name="script",
                    ask="What can the script do?",
                    look="Did the script see `site_a_session`? And in which language does site A greet you?",
                    options=(
                        Option(
                            "key",
                            "It sees the key.",
                            "It runs in a page of site A.",
                            why_not="It does run there. But the browser shows no `HttpOnly` cookie to any script.",
                        ),
                        Option(
                            "nothing",
                            "It does not see the key, and the language stays.",
                            "Without the key it is nobody.",
                            why_not="It needs no key. It asks, and the browser adds the cookie.",
                        ),
                        Option(
                            "acts",
                            "It does not see the key, but it sets your language.",
                            "The browser sends the cookie with whatever the script asks for.",
                            explain="The script fetched a page of site A, took the CSRF token out of its form, and "
                            "sent that form. To site A this was you. `HttpOnly` keeps the key in your browser: nobody "
                            "can use it elsewhere or later. Against a script in the page itself it does not help. "
                            "There it helps that no such script runs: a `Content-Security-Policy` says from where "
                            "scripts may come.",
                        ),
                    ),
                    right="acts",
                ),
            ),
            steps=(SignIn(SITE_A), RUN_IT, Open(SITE_A, "/values/", "What is in a session?")),
            check=what_the_script_does,
            repair="The cookie has one more attribute, `Secure`.",
        ),
        Stage(
            name="secure",
            title="The cookie is `Secure`, and site A has no https. You sign in, and copy the key into `curl`. What "
            "happens?",
            settings={"site_a": {"SESSION_COOKIE_SECURE": Change(True, "So that the key never goes over plain http.")}},
            questions=(
                Question(
                    name="curl",
                    ask="What happens?",
                    look="Were you signed in? And what did the answer in the terminal say?",
                    options=(
                        Option(
                            "fails",
                            "You cannot even sign in.",
                            "The browser sends a `Secure` cookie over https only.",
                            why_not="So it does on a network. Chromium and Firefox make an exception for "
                            "`*.localhost`, which never leaves the machine.",
                        ),
                        Option(
                            "nobody",
                            "You are alice, and `curl` is nobody.",
                            "`curl` may not send it over http.",
                            why_not="`Secure` is a word for the one that got the cookie by `Set-Cookie`. `curl` got a "
                            "key from you, and knows no such word.",
                        ),
                        Option(
                            "alice",
                            "You are alice, and so is `curl`.",
                            "`Secure` is a rule for the browser only.",
                            explain="Your browser sent the cookie over http, because a name that ends with "
                            "`.localhost` is this machine. `curl` sent what you typed. The server sees no difference: "
                            "a `Cookie` header has names and values, and not the word `Secure`. In production this "
                            "word keeps the key off plain http, where somebody on the way could copy it. It does not "
                            "help once the key is copied.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(SignIn(SITE_A), copy_key(SITE_A), Curl(SITE_A, "site_a_session")),
            check=who_has_a_secure_cookie,
        ),
    ),
)
