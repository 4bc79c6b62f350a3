"""A session cookie with SameSite=Strict at a Relying Party: when does the state get lost?"""

from lab.servers import IDENTITY, SITE_A
from lab.staging.acts import SignIn
from lab.staging.hosts import ONE_HOST, SIBLINGS
from lab.staging.parts import Change, Option, Question, Reader, Scenario, Settings, Stage
from lab.staging.verdicts import of_sign_in

STRICT: dict[str, Settings] = {
    "site_a": {"SESSION_COOKIE_SAMESITE": Change("Strict", "It sounds safer than `Lax`, Django’s default.")}
}

LOST = (
    "The browser came back from Identity, which is another site to it. So it kept the `Strict` cookie back. Site A got "
    "the callback without its session, found no `state`, and refused."
)
WORKS = Option(
    "works",
    "You are signed in.",
    "The cookie is only kept from other people’s pages.",
    why_not="A redirect that began at another site counts as coming from there, even if your own site began it all.",
)
FAILS = Option("fails", "The sign-in fails.", "The callback comes from another site.", explain=LOST)


def asked(works: Option, fails: Option, right: str | dict[str, str]) -> tuple[Question, ...]:
    return (
        Question(
            name="sign_in",
            ask="Does it work?",
            look="What did site A show you at the end?",
            options=(works, fails),
            right=right,
        ),
    )


SCENARIO = Scenario(
    name="same_site_strict",
    title="SameSite=Strict and the callback",
    happens="Your site’s session cookie is `SameSite=Strict`. The first sign-in fails, the second one works, or works "
    "in one browser only.",
    minutes=8,
    places={Reader.DEVELOPER: 3},
    stages=(
        Stage(
            name="with_password",
            title="The session cookie of site A is `SameSite=Strict`. You sign in at site A with a password.",
            settings=STRICT,
            questions=asked(WORKS, FAILS, "fails"),
            steps=(SignIn(SITE_A),),
            check=of_sign_in,
            repair="Nothing is changed. Now Identity knows you already, and asks no password.",
        ),
        Stage(
            name="without_password",
            title="You sign in at Identity first. Then at site A, without a password: redirects only. Does it work?",
            settings=STRICT,
            questions=asked(
                Option(
                    "works",
                    "You are signed in.",
                    "You clicked at site A, so site A began it all.",
                    explain="Your browser looks at who began the chain of redirects: site A itself. So it sent the "
                    "`Strict` cookie. Firefox looks at the redirect through Identity as well, and keeps it back. The "
                    "password form breaks the chain in every browser.",
                    why_not="Your browser looks at each redirect. One of them was Identity’s, another site. Chromium "
                    "looks only at who began the chain, and would have sent the cookie.",
                ),
                Option(
                    "fails",
                    "The sign-in fails.",
                    "The callback comes from another site, as before.",
                    explain="The browser counts the redirect through Identity as another site, and kept the `Strict` "
                    "cookie back. Chromium would have sent it: it looks only at who began the chain.",
                    why_not="Without a form of Identity in between, your browser counts the whole chain as begun by "
                    "site A. Firefox does not.",
                ),
                {"chromium": "works", "firefox": "fails"},
            ),
            steps=(SignIn(IDENTITY), SignIn(SITE_A)),
            check=of_sign_in,
            repair="Why do so many developers never see it? They work on one host.",
        ),
        Stage(
            name="between_ports",
            title="The same cookie, and all three servers on `localhost`. You sign in at site A with a password.",
            hosts=ONE_HOST,
            settings=STRICT,
            questions=asked(
                Option(
                    "works",
                    "You are signed in.",
                    "Three ports of one host are one site.",
                    explain="A site is scheme and registrable domain. The port is no part of it. From port 8000 to "
                    "port 8001 nothing is cross-site, so `Strict` is never kept back. On your machine "
                    "it works, and in production it fails.",
                ),
                Option(
                    "fails",
                    "The sign-in fails.",
                    "Three ports are three sites.",
                    why_not="Three ports are three origins. `SameSite` asks for the site, and a site has no port.",
                ),
                "works",
            ),
            steps=(SignIn(SITE_A),),
            check=of_sign_in,
            repair="And under one parent domain, as in many companies?",
        ),
        Stage(
            name="siblings",
            title="Now the hosts are `identity.lab.localhost` and `site-a.lab.localhost`. You sign in at site A with a "
            "password.",
            hosts=SIBLINGS,
            settings=STRICT,
            questions=asked(
                Option(
                    "works",
                    "You are signed in.",
                    "Hosts under one registrable domain are one site.",
                    explain="`lab.localhost` is the registrable domain of both. So they are one site, and `Strict` "
                    "is sent between them. It was only kept back because `identity.localhost` and `site-a.localhost` "
                    "are sites of their own.",
                ),
                Option(
                    "fails",
                    "The sign-in fails.",
                    "They are two hosts, as before.",
                    why_not="Two hosts may be one site: what counts is the part that can be registered.",
                ),
                "works",
            ),
            steps=(SignIn(SITE_A),),
            check=of_sign_in,
            repair="The repair that works everywhere: `Lax`.",
        ),
        Stage(
            name="lax",
            title="Hosts apart again, and the cookie is `SameSite=Lax`. You sign in at site A with a password.",
            questions=asked(
                Option(
                    "works",
                    "You are signed in.",
                    "A link or redirect to the site brings the cookie.",
                    explain="`Lax` is sent when a top-level page is opened by GET, wherever the link was. The callback "
                    "is such a request. A form or a script of another site still gets no cookie along.",
                ),
                Option(
                    "fails",
                    "The sign-in fails.",
                    "The callback still comes from another site.",
                    why_not="It does, but it is a top-level navigation by GET. `Lax` allows just that.",
                ),
                "works",
            ),
            steps=(SignIn(SITE_A),),
            check=of_sign_in,
        ),
    ),
)
