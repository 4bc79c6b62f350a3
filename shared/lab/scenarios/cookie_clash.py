"""Several Django servers on one host, with Django's own cookie names: they share one cookie, and not one session."""

from collections.abc import Sequence
from dataclasses import replace

from lab.servers import IDENTITY, SITE_A, SITE_B
from lab.staging.acts import Open, Press, SignIn
from lab.staging.hosts import ONE_HOST, TWO_LOOPBACKS
from lab.staging.parts import Addition, Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from lab.staging.verdicts import of_sign_in
from session_inspector.explain.cookies import is_deletion
from session_inspector.explain.sessions import person_of, signs_in
from session_inspector.journal.schema import Entry, Exchange

DEFAULT_SESSION_COOKIE: Settings = {"SESSION_COOKIE_NAME": Change("sessionid", "Django’s default.")}
DEFAULT_CSRF_COOKIE: Settings = {"CSRF_COOKIE_NAME": Change("csrftoken", "Django’s default.")}
SET_LANGUAGE = Press(SITE_A, "/values/", "What is in a session?", "Set", "/values/language/", {"Language": "Français"})
DEFAULT_NAMES: Settings = {**DEFAULT_SESSION_COOKIE, **DEFAULT_CSRF_COOKIE}


def at_each(settings: Settings) -> dict[str, Settings]:
    return {server.name: settings for server in (IDENTITY, SITE_A, SITE_B)}


def with_path(name: str) -> Settings:
    path = Change(f"/{name}/", "To keep the cookies apart, where their names are equal.")
    return {**DEFAULT_NAMES, "SESSION_COOKIE_PATH": path}


def deletes_session_cookie(exchange: Exchange) -> bool:
    return any(one.role == "session" and is_deletion(one.attributes) for one in exchange.set_cookies)


def look_at_b(steps: Sequence[Entry]) -> Verdict:
    _, at_b, again = steps
    if person_of(again.exchange):
        came = any(one.role == "session" for one in at_b.exchange.cookies)
        shown = "both" if person_of(at_b.exchange) else "database" if came else "ports"
    else:
        shown = "looking" if deletes_session_cookie(at_b.exchange) else ""
    return Verdict({"identity": shown}, (at_b, again))


def look_past_a_toolbar(steps: Sequence[Entry]) -> Verdict:
    _, at_b, again = steps
    was_deleted = deletes_session_cookie(at_b.exchange)
    shown = "untouched" if person_of(again.exchange) else "toolbar" if was_deleted else ""
    return Verdict({"identity": shown}, (at_b, again))


def sign_in_twice(steps: Sequence[Entry]) -> Verdict:
    worked = [signs_in(step.exchange) for step in steps]
    shown = {(True, True): "works", (False, True): "second", (False, False): "never"}.get((worked[0], worked[1]), "")
    return Verdict({"site_a": shown}, tuple(steps))


def send_old_form(steps: Sequence[Entry]) -> Verdict:
    pressed = steps[-1]
    return Verdict({"form": "refused" if pressed.exchange.status == 403 else "taken"}, tuple(steps))


def count_cookies(steps: Sequence[Entry]) -> Verdict:
    last = steps[-1]
    names = {one.name for one in last.exchange.cookies}
    others = any(name.startswith(("site_a_", "identity_")) for name in names)
    return Verdict({"cookies": "all" if others else "own"}, (last,))


def sign_in_at_both(steps: Sequence[Entry]) -> Verdict:
    again = steps[-1]
    return Verdict({"site_a": "known" if person_of(again.exchange) else "out"}, tuple(steps))


DEBUG_TOOLBAR: Settings = {
    "DEBUG": Change(True, "Without it the toolbar stays away."),
    "INTERNAL_IPS": Change(["127.0.0.1", "::1"], "To whom the toolbar shows itself."),
    "INSTALLED_APPS": Addition("debug_toolbar", "Its templates and files."),
    "MIDDLEWARE": Addition(
        "debug_toolbar.middleware.DebugToolbarMiddleware", "At the end, where `MIDDLEWARE += […]` puts it."
    ),
    "ROOT_URLCONF": Change("lab.staging.toolbar_urls", "The addresses of site B, and those of the toolbar."),
}
LOOK_PAST_A_TOOLBAR = Stage(
    name="debug_toolbar",
    title="Site B has a debug toolbar. You open an address there that does not exist. Who are you at Identity?",
    hosts=ONE_HOST,
    settings={**at_each(DEFAULT_NAMES), "site_b": {**DEFAULT_NAMES, **DEBUG_TOOLBAR}},
    questions=(
        Question(
            name="identity",
            ask="Who are you at Identity then?",
            look="What did Identity show you, the second time?",
            options=(
                Option(
                    "untouched",
                    "Still alice.",
                    "There is no such page, so nobody looks at the session.",
                    why_not="With `DEBUG`, Django’s page for that does not look. But the toolbar has a panel that "
                    "lists what is in the session.",
                ),
                Option(
                    "reads",
                    "Still alice.",
                    "A toolbar reads, and changes nothing.",
                    why_not="To read is enough. The key finds no row at site B, so Django takes the session for empty, "
                    "and deletes its cookie.",
                ),
                Option(
                    "toolbar",
                    "Not signed in.",
                    "The toolbar looks at the session of every request.",
                    explain="The toolbar’s panel *Request* read `request.session`. Site B has no row of that key, so "
                    "the session turned out empty, and `SessionMiddleware`, which gets the answer after the toolbar, "
                    "deleted `sessionid`. Placed as early as possible, as its documentation says, the toolbar reads "
                    "only when `SessionMiddleware` is done, and the cookie stays. Many projects put the line at the "
                    "end.",
                ),
            ),
            right="toolbar",
        ),
    ),
    steps=(SignIn(IDENTITY), Open(SITE_B, "/nowhere/", "A page that does not exist"), Open(IDENTITY, is_again=True)),
    check=look_past_a_toolbar,
    repair="The toolbar is gone, and the names stay. What does this do to single sign-on?",
)
SIGN_IN_TWICE = Stage(
    name="single_sign_on",
    title="You sign in at site A, through Identity. It fails. You try once more. Does it work now?",
    hosts=ONE_HOST,
    settings=at_each(DEFAULT_NAMES),
    questions=(
        Question(
            name="site_a",
            ask="Who are you at site A after two tries?",
            look="What did site A show you, both times?",
            options=(
                Option(
                    "works",
                    "Signed in at the first try.",
                    "OpenID Connect needs no cookie of the site.",
                    why_not="The site keeps `state`, `nonce` and the code verifier in its session, while you are at "
                    "Identity. Without the cookie it does not find them, and refuses the answer.",
                ),
                Option(
                    "second",
                    "An error, then signed in.",
                    "The second time Identity knows you already.",
                    why_not="Identity does not know you any more. At each try site A gives `localhost` a new "
                    "`sessionid`, and that takes the place of the one of Identity.",
                ),
                Option(
                    "never",
                    "An error both times.",
                    "Each server overwrites the cookie that the other one needs.",
                    explain="Site A began a session and set `sessionid`. When you signed in, Identity set its own "
                    "`sessionid` over it. So the callback came to site A with a key of Identity. Site A has no row of "
                    "that key, hence no `state`, and refuses. It is the same at each try.",
                ),
            ),
            right="never",
        ),
    ),
    steps=(SignIn(SITE_A), SignIn(SITE_A)),
    check=sign_in_twice,
    repair="Give each server’s session cookie a name of its own. Is all well then?",
)

SCENARIO = Scenario(
    name="cookie_clash",
    title="Two Django servers on localhost sign each other out",
    happens="Two Django servers run on `localhost`, on two ports. Who signs in at one is signed out of the other.",
    minutes=14,
    places={Reader.DEVELOPER: 1, Reader.LEARNER: 4},
    stages=(
        Stage(
            name="default_names",
            title="You sign in at Identity. Then you open site B and only look. Who are you at Identity?",
            hosts=ONE_HOST,
            settings=at_each(DEFAULT_NAMES),
            questions=(
                Question(
                    name="identity",
                    ask="Who are you at Identity then?",
                    look="What did Identity show you, the second time?",
                    options=(
                        Option(
                            "ports",
                            "Still alice.",
                            "Three ports are three cookie jars.",
                            why_not="A port is no part of a cookie (RFC 6265, 8.5). All three servers are `localhost`, "
                            "so the browser sends `sessionid` to each of them.",
                        ),
                        Option(
                            "database",
                            "Still alice.",
                            "Site B has a database of its own.",
                            why_not="You are right about the row: site B cannot reach it. But the cookie is in your "
                            "browser, and site B may delete it there.",
                        ),
                        Option(
                            "looking",
                            "Not signed in.",
                            "To look at site B was enough.",
                            explain="The browser sent `sessionid` to site B, too. Site B has no row of that key. "
                            "Django then deletes the cookie. Your row is still there, and nobody has its key.",
                        ),
                        Option(
                            "both",
                            "Still alice, and alice at site B, too.",
                            "Both read one cookie.",
                            why_not="Both get the cookie, but it is only a key. Its row is in the table of "
                            "Identity. In the table of site B there is none.",
                        ),
                    ),
                    right="looking",
                ),
            ),
            steps=(SignIn(IDENTITY), Open(SITE_B, then="Press nothing."), Open(IDENTITY, is_again=True)),
            check=look_at_b,
            repair="That page asked who you are. And where nobody asks?",
        ),
        LOOK_PAST_A_TOOLBAR,
        SIGN_IN_TWICE,
        Stage(
            name="session_cookie_renamed",
            title="The session cookies have names of their own. You sign in at B while a form of A is open. Then you "
            "send that form.",
            hosts=ONE_HOST,
            settings=at_each(DEFAULT_CSRF_COOKIE),
            questions=(
                Question(
                    name="form",
                    ask="What does site A do with the form?",
                    look="What did site A show you after the button?",
                    options=(
                        Option(
                            "taken",
                            "It takes it: the language is set.",
                            "The sessions are separate now.",
                            why_not="The sessions are. But the form is protected by another cookie, `csrftoken`, and "
                            "that is still one for all three servers.",
                        ),
                        Option(
                            "refused",
                            "It refuses it, with 403.",
                            "The CSRF cookie is still shared.",
                            explain="To sign in replaces `csrftoken`, at Identity and at site B. Both set it for "
                            "`localhost`. The form of site A was made with the token before. It does not match the "
                            "cookie any more, so Django answers 403.",
                        ),
                    ),
                    right="refused",
                ),
            ),
            steps=(
                SET_LANGUAGE,
                SignIn(SITE_B, is_in_new_tab=True),
                replace(SET_LANGUAGE, is_open=True),
            ),
            check=send_old_form,
            repair="Give the CSRF cookies names of their own, too.",
        ),
        Stage(
            name="both_renamed",
            title="Both cookies have names of their own. Which cookies does site B get?",
            hosts=ONE_HOST,
            questions=(
                Question(
                    name="cookies",
                    ask="Which cookies come to site B?",
                    look="Open the session bar of site B. Which cookies came?",
                    options=(
                        Option(
                            "own",
                            "Its own two.",
                            "The names are different now.",
                            why_not="A name does not say where a cookie goes. The browser sends all cookies of the "
                            "host `localhost` to each of its ports.",
                        ),
                        Option(
                            "all",
                            "Those of all three servers.",
                            "They are still one host.",
                            explain="Everything works, because no server touches a name that it does not know. But the "
                            "session keys of Identity and of site A come to site B with each request. Whoever can "
                            "read the log of site B can be you at Identity.",
                        ),
                    ),
                    right="all",
                ),
            ),
            steps=(SignIn(SITE_A), SignIn(SITE_B), Open(SITE_B, is_again=True)),
            check=count_cookies,
            repair="Instead of names, give each server a host of its own. Django’s default names may come back.",
        ),
        Stage(
            name="own_hosts",
            title="Each server has a host of its own, and Django’s default names. You sign in at both sites. Who are "
            "you at A?",
            settings=at_each(DEFAULT_NAMES),
            questions=(
                Question(
                    name="site_a",
                    ask="Who are you at site A, after you signed in at site B?",
                    look="What did site A show you at the end?",
                    options=(
                        Option(
                            "known",
                            "Still alice.",
                            "Three hosts are three cookie jars.",
                            explain="A cookie without `Domain` goes back to the host that set it, and to no other. All "
                            "three cookies are called `sessionid`, and none is in the way of another.",
                        ),
                        Option(
                            "out",
                            "Not signed in.",
                            "The names are equal again.",
                            why_not="Equal names clash on one host only. Here `sessionid` of "
                            "`site-a.localhost` and `sessionid` of `site-b.localhost` are two cookies.",
                        ),
                    ),
                    right="known",
                ),
            ),
            steps=(SignIn(SITE_A), SignIn(SITE_B), Open(SITE_A, is_again=True)),
            check=sign_in_at_both,
            repair="This is how the lab runs usually. Two repairs that people try instead come next. First: a path.",
        ),
        Stage(
            name="path",
            title="On one host again. This time each session cookie gets a `Path` of its own. You sign in at site A.",
            hosts=ONE_HOST,
            settings={server.name: with_path(server.name) for server in (IDENTITY, SITE_A, SITE_B)},
            questions=(
                Question(
                    name="sign_in",
                    ask="Does it work?",
                    look="What did site A show you?",
                    options=(
                        Option(
                            "works",
                            "You are signed in.",
                            "A path keeps the cookies apart, as a host does.",
                            why_not="The browser sends a cookie only for addresses under its path. The pages of site A "
                            "are not under `/site_a/`, so its cookie never comes back.",
                        ),
                        Option(
                            "fails",
                            "The sign-in fails.",
                            "The cookie comes back under that path only.",
                            explain="Site A set `sessionid` with `Path=/site_a/`. The callback is at "
                            "`/oidc/callback/`, so the browser did not send it. A path protects nothing either: each "
                            "server of the host may set a cookie with any path.",
                        ),
                    ),
                    right="fails",
                ),
            ),
            steps=(SignIn(SITE_A),),
            check=of_sign_in,
            repair="The second repair that people try: another name for the same machine.",
        ),
        Stage(
            name="two_loopback_names",
            title="Identity and site A are at `localhost`, site B is at `127.0.0.1`. You sign in at site B.",
            hosts=TWO_LOOPBACKS,
            settings=at_each(DEFAULT_NAMES),
            questions=(
                Question(
                    name="sign_in",
                    ask="Does it work?",
                    look="What did site B show you?",
                    options=(
                        Option(
                            "works",
                            "You are signed in.",
                            "To a browser these are two hosts.",
                            explain="`localhost` and `127.0.0.1` lead to the same machine. To a browser they are two "
                            "hosts with two cookie jars. So site B and Identity do not disturb each other. Site A "
                            "and Identity still do.",
                        ),
                        Option(
                            "fails",
                            "The sign-in fails.",
                            "It is the same machine.",
                            why_not="A browser compares the names, not the machines behind them.",
                        ),
                    ),
                    right="works",
                ),
            ),
            steps=(SignIn(SITE_B),),
            check=of_sign_in,
        ),
    ),
)
