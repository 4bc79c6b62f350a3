"""A server beside yours plants a session cookie for you: cookie tossing, and what helps against it."""

from collections.abc import Sequence

from lab.servers import IDENTITY, SITE_A, SITE_B
from lab.staging.acts import Embed, Open, SignIn
from lab.staging.front_channel import FRAME, PAGE
from lab.staging.hosts import ONE_HOST, SIBLINGS
from lab.staging.parts import Addition, Change, Directive, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from lab.staging.planting import PATH
from session_inspector.explain.cookies import came_twice, has_session_cookie
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry

PLANTS: dict[str, Settings] = {
    "site_b": {
        "MIDDLEWARE": Addition(
            "lab.staging.planting.PlantingMiddleware", "One of its pages sets a cookie with the name of site A’s."
        )
    }
}
PREFIXED: dict[str, Settings] = {
    **PLANTS,
    "site_a": {
        "SESSION_COOKIE_NAME": Change("__Host-session", "A browser takes this name only without `Domain`."),
        "SESSION_COOKIE_SECURE": Change(True, "`__Host-` asks for it. Browsers allow it on loopback without https."),
    },
}
REFUSING: dict[str, Settings] = {
    **PLANTS,
    "site_a": {
        "SESSION_COOKIE_ONCE": Change(
            True, "A setting of the lab. Two session cookies are an error, before one of them is read."
        )
    },
}
STEPS = (SignIn(SITE_A), Open(SITE_B, PATH, "An offer"), Open(SITE_A, is_again=True))


def check(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    shown = "alice" if person_of(page.exchange) else "twice" if came_twice(page.exchange) else "replaced"
    return Verdict({"site_a": shown}, tuple(steps[1:]))


def after_a_refusal(steps: Sequence[Entry]) -> Verdict:
    *_, first, again = steps
    is_refused = first.exchange.status == 400 and came_twice(first.exchange)
    if is_refused:
        shown = "alice" if person_of(again.exchange) else "stuck" if again.exchange.status == 400 else ""
    else:
        shown = "" if person_of(first.exchange) else "taken"
    return Verdict({"site_a": shown}, (first, again))


def after_a_frame(steps: Sequence[Entry]) -> Verdict:
    *_, frame, again = steps
    came, is_alice = has_session_cookie(frame.exchange), bool(person_of(again.exchange))
    shown = {(False, True): "alice", (True, False): "signed_out"}.get((came, is_alice), "")
    return Verdict({"site_a": shown}, (frame, again))


def asked(*options: Option, right: str) -> tuple[Question, ...]:
    ask, look = "Who are you at site A then?", "What did site A show you at the end?"
    return (Question(name="site_a", ask=ask, look=look, options=options, right=right),)


SCENARIO = Scenario(
    name="sibling_hosts",
    title="A neighbour plants a cookie",
    happens="Your sites share a parent domain, or a host, with a server that you do not trust. Somebody is "
    "signed out, or in as somebody else.",
    minutes=11,
    places={Reader.DEVELOPER: 11},
    stages=(
        Stage(
            name="planted",
            title="Both sites have one parent domain. You sign in at A, then open an offer of B. Who are you at A?",
            hosts=SIBLINGS,
            settings=PLANTS,
            questions=asked(
                Option(
                    "alice",
                    "Still alice.",
                    "A site can set cookies only for itself.",
                    why_not="It can set them for its parent domain as well, with `Domain=lab.localhost`. Such a cookie "
                    "goes to every host below it.",
                ),
                Option(
                    "twice",
                    "Not signed in.",
                    "Two cookies of one name come, and Django takes the last.",
                    explain="Your browser has two cookies `site_a_session`: that of site A, and the planted one, "
                    "with a key of the neighbour’s own session. It sends both, the older one first. Django reads the "
                    "last. You are in the neighbour’s session now: whatever you do there, the neighbour may see.",
                ),
                right="twice",
            ),
            steps=STEPS,
            check=check,
            repair="Site A refuses two cookies of that name.",
        ),
        Stage(
            name="refused_twice",
            title="The same, but site A refuses two session cookies. You load its page twice. Who are you at site A?",
            hosts=SIBLINGS,
            settings=REFUSING,
            questions=(
                Question(
                    name="site_a",
                    ask="Who are you at site A, the second time?",
                    look="What did site A show you, both times?",
                    options=(
                        Option(
                            "taken",
                            "Not signed in, both times.",
                            "A server cannot see which cookie is its own.",
                            why_not="It cannot. But it sees that there are two, and need not take one of them.",
                        ),
                        Option(
                            "stuck",
                            "An error, both times.",
                            "The browser goes on sending both.",
                            why_not="With the error came a `Set-Cookie`. It deletes the cookie of that name for "
                            "`lab.localhost`, and not the other one.",
                        ),
                        Option(
                            "alice",
                            "An error, then alice.",
                            "Site A gets rid of the planted one.",
                            explain="Site A took neither, answered 400, and told the browser to delete the cookie with "
                            "`Domain=lab.localhost`. Its own has no `Domain`, so it stayed. Why not quietly go on as "
                            "nobody? Then a form that you send would be done as nobody, too, and no log would tell. It "
                            "is a second line only: a neighbour may plant a cookie before you have one, and that one "
                            "comes alone.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(*STEPS, Open(SITE_A, is_again=True)),
            check=after_a_refusal,
            repair="The first line: site A’s cookie gets a name that begins with `__Host-`.",
        ),
        Stage(
            name="host_prefix",
            title="Without that refusal, but the cookie of site A is called `__Host-session`. Who are you at A?",
            hosts=SIBLINGS,
            settings=PREFIXED,
            questions=asked(
                Option(
                    "alice",
                    "Still alice.",
                    "The browser refuses the planted one.",
                    explain="A browser takes a cookie whose name begins with `__Host-` only if it is `Secure`, has "
                    "`Path=/` and no `Domain`. Without `Domain` the neighbour can set it for itself only.",
                ),
                Option(
                    "twice",
                    "Not signed in.",
                    "A name changes nothing: the neighbour uses the same one.",
                    why_not="It does use the same one. But this beginning of a name is a rule for the browser, which "
                    "refuses such a cookie with `Domain`.",
                ),
                right="alice",
            ),
            steps=STEPS,
            check=check,
            repair="Does it also help between two ports of one host?",
        ),
        Stage(
            name="host_prefix_between_ports",
            title="The same cookie `__Host-session`, but all servers are on `localhost`. Who are you at site A?",
            hosts=ONE_HOST,
            settings=PREFIXED,
            questions=asked(
                Option(
                    "alice",
                    "Still alice.",
                    "`__Host-` ties the cookie to its server.",
                    why_not="It ties the cookie to its host. All three ports are the same host.",
                ),
                Option(
                    "replaced",
                    "Not signed in.",
                    "Site B is the same host, so it may set that cookie.",
                    explain="Site B set `__Host-session` without `Domain`, for the host `localhost`, which is that of "
                    "site A, too. There is one such cookie, and the last one who sets it wins. Against a server on "
                    "another port only another host helps.",
                ),
                right="replaced",
            ),
            steps=STEPS,
            check=check,
            repair="Hosts apart again. What does a page of another site get from your cookies, in a frame?",
        ),
        Stage(
            name="frame",
            title="A page of Identity has a frame of site A, whose address signs people out. You look at that page. "
            "Who are you at A?",
            settings={
                "identity": {
                    "MIDDLEWARE": Addition(
                        "lab.staging.front_channel.FrontChannelPageMiddleware",
                        "One of its pages has a frame of site A.",
                    ),
                    "CONTENT_SECURITY_POLICY": Directive(
                        "frame-src", (SITE_A.origin,), "So that it may have that frame."
                    ),
                },
                "site_a": {
                    "MIDDLEWARE": Addition(
                        "lab.staging.front_channel.FrontChannelLogoutMiddleware",
                        "An address for OpenID Connect Front-Channel Logout.",
                    ),
                    "CONTENT_SECURITY_POLICY": Directive(
                        "frame-ancestors",
                        (IDENTITY.origin,),
                        "So that Identity may show it in a frame. With it, browsers ignore `X-Frame-Options`.",
                    ),
                },
            },
            questions=(
                Question(
                    name="site_a",
                    ask="Who are you at site A then?",
                    look="What did site A show you afterwards?",
                    options=(
                        Option(
                            "signed_out",
                            "Not signed in.",
                            "The frame is a page of site A, so its cookie comes.",
                            why_not="It is a page of site A, but in a page of another site. For what such a page "
                            "loads, the browser keeps a `Lax` cookie back.",
                        ),
                        Option(
                            "alice",
                            "Still alice.",
                            "No cookie came with the frame.",
                            explain="The cookie of site A is `SameSite=Lax`, so the browser fetched the frame without "
                            "it. Site A saw nobody, and had no session to end. This is why front-channel logout mostly "
                            "does nothing: `SameSite=None` would not help where the browser blocks the cookies of "
                            "third parties. The back channel needs no cookie. With `site-a.lab.localhost` and "
                            "`identity.lab.localhost`, which are one site, the cookie would have come.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(
                SignIn(SITE_A),
                Open(IDENTITY, PAGE, "Signing out by a frame"),
                Embed(SITE_A, FRAME),
                Open(SITE_A, is_again=True),
            ),
            check=after_a_frame,
        ),
    ),
)
