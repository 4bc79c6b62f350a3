"""Identity has two names. Which of the servers refuses what, and with which words?"""

from collections.abc import Sequence

from lab.servers import IDENTITY, SITE_A
from lab.staging.acts import SignIn
from lab.staging.parts import Addition, Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from lab.staging.proxy import inside_name
from relying_party.failures import FAILURES
from session_inspector.explain.sessions import signs_in
from session_inspector.journal.schema import Entry

OF_OTHER_ISSUER = FAILURES["other_issuer"][1]


def check(steps: Sequence[Entry]) -> Verdict:
    """Where it ended: at the site, which compares, or at Identity, which did not answer the site’s own request."""
    callback = steps[-1]
    failed = callback.exchange.failed
    if signs_in(callback.exchange):
        shown = "works"
    elif failed and failed.what == OF_OTHER_ISSUER:
        shown = "site"
    else:
        shown = "identity" if failed else ""
    return Verdict({"refuses": shown}, (callback,))


def asked(site: Option, identity: Option, works: Option, right: str) -> tuple[Question, ...]:
    return (
        Question(
            name="refuses",
            ask="Who refuses?",
            look="What did you see at the end?",
            options=(site, identity, works),
            right=right,
        ),
    )


AT_SITE = "Site A: it does not believe that the answer comes from its provider."
AT_IDENTITY = "Identity: site A got no usable answer from it."
NOBODY = "Nobody: you are signed in."

INSIDE = inside_name(IDENTITY)
WHY = "The name by which a container reaches it."
FROM_INSIDE: Settings = {
    "OIDC_OP_TOKEN_ENDPOINT": Change(f"http://{INSIDE}/identity/o/api/token", WHY),
    "OIDC_OP_JWKS_ENDPOINT": Change(f"http://{INSIDE}/.well-known/jwks.json", WHY),
    "OIDC_OP_USER_ENDPOINT": Change(f"http://{INSIDE}/identity/o/api/userinfo", WHY),
}
PROXY: Settings = {
    "MIDDLEWARE": Addition(
        "lab.staging.proxy.ProxyMiddleware",
        "It does what a proxy before Identity would.",
        after="lab.web.content_security_policy.ContentSecurityPolicyMiddleware",
    )
}

SCENARIO = Scenario(
    name="two_names",
    title="One provider, two names",
    happens="The issuer differs by a slash, or the provider has another name inside a container than in the browser. "
    "The sign-in fails, and both addresses work when you open them.",
    minutes=10,
    places={Reader.DEVELOPER: 5},
    stages=(
        Stage(
            name="slash",
            title="Site A’s settings name the issuer with a slash at the end. You sign in at site A.",
            settings={
                "site_a": {
                    "OIDC_OP_ISSUER": Change(
                        f"{IDENTITY.origin}/", "Copied from the address line of a browser, which adds the slash."
                    )
                }
            },
            questions=asked(
                Option(
                    "site",
                    AT_SITE,
                    "It compares the two texts.",
                    explain="Identity’s answer says `iss`, without a slash. Site A compares it with its setting, "
                    "character by character (RFC 9207, 2.4). The same is asked of `iss` in the ID Token (OpenID "
                    "Connect Core 1.0, 3.1.3.7). An issuer is a text, not an address that one opens.",
                ),
                Option(
                    "identity",
                    AT_IDENTITY,
                    "It knows no issuer of that name.",
                    why_not="Nobody tells Identity which issuer the site expects. Identity says its own name, and the "
                    "site compares.",
                ),
                Option(
                    "works",
                    NOBODY,
                    "Both lead to the same page.",
                    why_not="They do in a browser. But nobody opens an issuer to compare it: it is compared as a text.",
                ),
                "site",
            ),
            steps=(SignIn(SITE_A),),
            check=check,
            repair="Now the issuer is right again. But the address of the form is `127.0.0.1`.",
        ),
        Stage(
            name="front_channel",
            title="Site A sends your browser to Identity as `127.0.0.1`. You sign in at site A.",
            settings={
                "site_a": {
                    "OIDC_OP_AUTHORIZATION_ENDPOINT": Change(
                        f"http://127.0.0.1:{IDENTITY.port}/identity/o/authorize",
                        "It leads to the same machine.",
                    )
                }
            },
            questions=asked(
                Option(
                    "site",
                    AT_SITE,
                    "It sees another host.",
                    why_not="Site A never sees under which name your browser asked Identity. The answer says the "
                    "issuer’s one name.",
                ),
                Option(
                    "identity",
                    AT_IDENTITY,
                    "It does not know that name.",
                    why_not="For pages that are opened, Identity leads every loopback name to its one name. So it has "
                    "one cookie jar in each browser, and one issuer.",
                ),
                Option(
                    "works",
                    NOBODY,
                    "Identity leads your browser to its one name.",
                    explain="Identity answered with a redirect to `identity.localhost`, and all went on from there. A "
                    "provider without that redirect would set its cookie for `127.0.0.1`, and would not know you "
                    "again under its other name.",
                ),
                "works",
            ),
            steps=(SignIn(SITE_A),),
            check=check,
            repair="And if it is the server that uses the other name, as from inside a container?",
        ),
        Stage(
            name="back_channel",
            title="Site A itself asks Identity for tokens as `localhost`. You sign in at site A.",
            settings={
                "site_a": {
                    "OIDC_OP_TOKEN_ENDPOINT": Change(
                        f"http://localhost:{IDENTITY.port}/identity/o/api/token",
                        WHY,
                    )
                }
            },
            questions=asked(
                Option(
                    "site",
                    AT_SITE,
                    "The name in the token is another one.",
                    why_not="It would be, if there were a token. Site A got none.",
                ),
                Option(
                    "identity",
                    AT_IDENTITY,
                    "It answers under its one name only.",
                    explain="Identity refused the request: `Host` named a server that it is not. A redirect would not "
                    "help, since a POST would lose its form. So a provider needs one name that works in browsers and "
                    "between servers, or a proxy that sends the right `Host`.",
                ),
                Option(
                    "works",
                    NOBODY,
                    "Your browser is not part of it.",
                    why_not="That is true, and that is why nothing in your browser shows it. Open the messages of the "
                    "callback to see what site A asked.",
                ),
                "identity",
            ),
            steps=(SignIn(SITE_A),),
            check=check,
            repair="Now a proxy before Identity puts its one name in the place of the other. And site A takes its "
            "issuer from the address that it asks.",
        ),
        Stage(
            name="inside",
            title="In its container, site A knows Identity as `identity`, and takes that for the issuer, too. You sign "
            "in at site A.",
            settings={
                "identity": PROXY,
                "site_a": {
                    "OIDC_OP_ISSUER": Change(f"http://{INSIDE}", "Made of the address that site A asks."),
                    **FROM_INSIDE,
                },
            },
            questions=asked(
                Option(
                    "site",
                    AT_SITE,
                    "Identity says another name.",
                    explain="Identity says one issuer to everybody, whatever name one asks it by: the one of outside. "
                    "Site A expected the one of inside, and refused the answer that your browser brought. It had not "
                    "asked Identity for anything yet.",
                ),
                Option(
                    "identity",
                    AT_IDENTITY,
                    "It does not answer to `identity`.",
                    why_not="It would: the proxy puts its one name in the place of that one. But site A did not come "
                    "so far as to ask.",
                ),
                Option(
                    "works",
                    NOBODY,
                    "All of site A’s settings say `identity`, so they fit.",
                    why_not="They fit one another. The issuer has to fit what Identity says, and Identity says the "
                    "name that browsers use.",
                ),
                "site",
            ),
            steps=(SignIn(SITE_A),),
            check=check,
            repair="So where one asks is one setting, and who answers is another.",
        ),
        Stage(
            name="outside",
            title="Site A still asks Identity as `identity`. Its issuer is the one that Identity says. You sign in at "
            "site A.",
            settings={"identity": PROXY, "site_a": FROM_INSIDE},
            questions=asked(
                Option(
                    "site",
                    AT_SITE,
                    "It asked another name than the one in the token.",
                    why_not="It compares `iss` with its setting only. Under which address it asked is compared with "
                    "nothing.",
                ),
                Option(
                    "identity",
                    AT_IDENTITY,
                    "The code was made under one name and is redeemed under another.",
                    why_not="A code belongs to a client and a redirect URI, not to a host name. And the proxy lets "
                    "Identity see its one name in both requests.",
                ),
                Option(
                    "works",
                    NOBODY,
                    "Each address is right for who uses it.",
                    explain="Your browser opens the authorization endpoint by the name of outside. Site A asks for "
                    "tokens, keys and your name by the name of inside. Identity says the same `iss` in both, and the "
                    "issuer is that text: one, for all (OpenID Connect Core 1.0, 3.1.3.7).",
                ),
                "works",
            ),
            steps=(SignIn(SITE_A),),
            check=check,
        ),
    ),
)
