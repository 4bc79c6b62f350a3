"""A sign-in that does not come back as it should: from the message to the cause."""

from collections.abc import Sequence

from lab.endpoints import SIGN_OUT_OF_SITE
from lab.misbehaving.modes import SAME_KID
from lab.servers import SITE_A, SITE_B
from lab.staging.acts import CALLBACK, IN_MENU, Begin, ComeBack, FillIn, Press, SignIn
from lab.staging.parts import Change, Option, Question, Reader, Scenario, Stage, Verdict
from relying_party.failures import FAILURES
from session_inspector.explain.sessions import signs_in
from session_inspector.journal.schema import Address, Entry

HEADINGS = {heading: reason for reason, (_, heading) in FAILURES.items()}


def reason_of(callback: Entry) -> str:
    """Why the site ended it, by the name of ``FAILURES``; empty where it did not."""
    failed = callback.exchange.failed
    return HEADINGS.get(failed.what, "") if failed else ""


def lost_state(steps: Sequence[Entry]) -> Verdict:
    callback = steps[-1]
    if signs_in(callback.exchange):
        shown = "works"
    else:
        shown = "refused" if reason_of(callback) == "no_session_came_back" else ""
    return Verdict({"site_a": shown}, tuple(steps[1:]))


def two_tabs(steps: Sequence[Entry]) -> Verdict:
    first, second = steps[-2:]
    has_worked = signs_in(first.exchange)
    is_refused = second.exchange.status == 403
    shown = {(True, True): "first", (True, False): "both", (False, False): "second"}.get((has_worked, is_refused), "")
    return Verdict({"tabs": shown}, (first, second))


def unreachable(steps: Sequence[Entry]) -> Verdict:
    callback = steps[-1]
    shown = {"": "works", "unreachable": "site", "too_slow": "site"}.get(reason_of(callback), "")
    return Verdict({"page": shown}, (callback,))


def other_redirect_uri(steps: Sequence[Entry]) -> Verdict:
    authorize = steps[-1]
    return Verdict({"page": "identity" if authorize.exchange.status == 400 else "back"}, (authorize,))


def registered_otherwise(steps: Sequence[Entry]) -> Verdict:
    authorize = steps[-1]
    if authorize.exchange.status == 400:
        shown = "identity"
    else:
        shown = "site" if CALLBACK.rstrip("/") in address_in(authorize.exchange.location) else "form"
    return Verdict({"page": shown}, (authorize,))


def address_in(location: Address | str | None) -> str:
    return location.url if isinstance(location, Address) else location or ""


def changed_key(steps: Sequence[Entry]) -> Verdict:
    """By what failed of the second ID Token."""
    first, second = steps[0], steps[-1]
    token = second.exchange.id_token
    failed = token.failed if token and token.failed in ("kid", "signature") else ""
    return Verdict({"key": "works" if signs_in(second.exchange) else failed}, (first, second))


SCENARIO = Scenario(
    name="broken_callbacks",
    title="The callback that fails",
    happens="The provider signed you in, and the site shows an error: no state, no answer, a wrong redirect URI, an "
    "old key.",
    minutes=12,
    places={Reader.DEVELOPER: 2},
    stages=(
        Stage(
            name="lost_state",
            title="While Identity asks for your password, site A’s session cookie goes. Then you sign in. What does "
            "site A do?",
            questions=(
                Question(
                    name="site_a",
                    ask="What does site A do with the answer?",
                    look="What did site A show you at the end?",
                    options=(
                        Option(
                            "works",
                            "It signs you in.",
                            "The answer carries a code, and Identity stands for it.",
                            why_not="A code alone could be somebody else’s. Site A must find the `state` that it made "
                            "for this browser, and that was in the session.",
                        ),
                        Option(
                            "refused",
                            "It refuses the answer.",
                            "It does not find the session in which this began.",
                            explain="Site A kept `state`, `nonce` and the code verifier in your session. The cookie "
                            "went, so the callback came without its key. Without `state` anybody could send you such "
                            "an answer (RFC 6749, 10.12). At Identity you are signed in.",
                        ),
                    ),
                    right="refused",
                ),
            ),
            steps=(
                Begin(SITE_A),
                Press(
                    SITE_A,
                    "/session/forget/",
                    "Forget this browser",
                    "Forget me here, and go on to site B",
                    "/session/forget/",
                    is_in_new_tab=True,
                ),
                FillIn(),
                ComeBack(SITE_A),
            ),
            check=lost_state,
            repair="Nothing has to be repaired: one begins again. What if one begins twice, in two tabs?",
        ),
        Stage(
            name="two_tabs",
            title="You begin to sign in at site A in two tabs, and finish both. What happens?",
            questions=(
                Question(
                    name="tabs",
                    ask="Which of the two works?",
                    look="What did the two tabs show you?",
                    options=(
                        Option(
                            "first",
                            "The first one works. Identity refuses the second form, with 403.",
                            "Signing in replaced the token of that form.",
                            explain="Both tabs have a `state` of their own at site A, so they would not disturb each "
                            "other there. But both forms were made with one CSRF token of Identity. `login()` replaced "
                            "it, and the second form still brings the old one. Load it again: Identity knows you, and "
                            "asks for no password.",
                        ),
                        Option(
                            "second",
                            "The first one fails, the second one works.",
                            "The second one wrote its state over that of the first.",
                            why_not="That is so where a library keeps one `state` for each session. Site A keeps "
                            "several, each under its own name.",
                        ),
                        Option(
                            "both",
                            "Both work.",
                            "Each of them has a state of its own.",
                            why_not="That is true of the `state`. The form at Identity has a token of its own, and "
                            "signing in replaces it.",
                        ),
                    ),
                    right="first",
                ),
            ),
            steps=(
                Begin(SITE_A),
                Begin(SITE_A, is_in_new_tab=True),
                FillIn(),
                ComeBack(SITE_A),
                FillIn(is_in_new_tab=True),
            ),
            check=two_tabs,
            repair="Next, the browser does everything right, but site A cannot reach Identity.",
        ),
        Stage(
            name="unreachable",
            title="Nobody listens where site A asks for tokens. You sign in at site A. Who shows the error?",
            settings={
                "site_a": {
                    "OIDC_OP_TOKEN_ENDPOINT": Change(
                        f"http://localhost:{SITE_B.port + 7}/identity/o/api/token",
                        "A wrong port, a firewall, or a provider that is down.",
                    ),
                    "OIDC_OP_ADDRESS": Change(
                        f"127.0.0.1:{SITE_B.port + 7}", "Where the name leads: site A connects to this address."
                    ),
                }
            },
            questions=(
                Question(
                    name="page",
                    ask="Who shows the error?",
                    look="What did you see at the end?",
                    options=(
                        Option(
                            "identity",
                            "Identity.",
                            "It was asked last.",
                            why_not="Identity saw nothing wrong: it sent your browser back with a code. It was never "
                            "asked for the tokens.",
                        ),
                        Option(
                            "site",
                            "Site A: it cannot reach the provider.",
                            "It asks Identity itself, without your browser.",
                            explain="Your browser did its part: it brought the code. Then site A asked for the tokens, "
                            "server to server, and nobody answered. Your browser can reach Identity, so all looks well "
                            "when you try the address there.",
                        ),
                        Option(
                            "works",
                            "Nobody: you are signed in.",
                            "Your browser was at Identity already.",
                            why_not="Your browser brought a code only. Who you are is in the ID Token, which site A "
                            "fetches itself.",
                        ),
                    ),
                    right="site",
                ),
            ),
            steps=(SignIn(SITE_A),),
            check=unreachable,
            repair="Next, a redirect URI that Identity does not know.",
        ),
        Stage(
            name="redirect_uri",
            title="Site A asks for the answer at an address that is not registered. What happens?",
            settings={
                "site_a": {
                    "OIDC_AUTHENTICATION_CALLBACK_URL": Change(
                        "signed_out", "The name of another address of the site, as after a careless change."
                    )
                }
            },
            questions=(
                Question(
                    name="page",
                    ask="What does Identity do?",
                    look="What did you see?",
                    options=(
                        Option(
                            "back",
                            "It sends you back to site A with an error.",
                            "Errors go to the site that asked.",
                            why_not="That holds for other errors. This one is about the very address to which it "
                            "would send you: it could belong to anybody (RFC 6749, 4.1.2.1).",
                        ),
                        Option(
                            "identity",
                            "It shows an error itself, and sends you nowhere.",
                            "It does not send anybody to an address that it does not know.",
                            explain="Identity compares the redirect URI with the registered one, character by "
                            "character. Its page shows both, with the difference marked. It asked for no password, "
                            "and site A hears nothing of it.",
                        ),
                    ),
                    right="identity",
                ),
            ),
            steps=(Begin(SITE_A),),
            check=other_redirect_uri,
            repair="That was another address altogether. And if it is the right one, but for its last character?",
        ),
        Stage(
            name="one_slash",
            title="At Identity, site A’s redirect URI is registered without its last slash. You sign in at site A. "
            "What do you see?",
            settings={
                "identity": {
                    "IDENTITY_CALLBACK": Change("/oidc/callback", "Typed by hand, without the slash at the end.")
                }
            },
            questions=(
                Question(
                    name="page",
                    ask="What do you see?",
                    look="What did you see?",
                    options=(
                        Option(
                            "form",
                            "Identity’s form, as always.",
                            "Django adds a slash that is missing, so both addresses lead to the same page.",
                            why_not="They do, if somebody opens them. Identity opens neither: it compares two texts, "
                            "before it asks you anything.",
                        ),
                        Option(
                            "site",
                            "An error at site A.",
                            "It is site A’s address, so it gets the error.",
                            why_not="To send an error there, Identity would have to trust the very address that it "
                            "does not know. So site A hears nothing, and nothing of it is in site A’s log.",
                        ),
                        Option(
                            "identity",
                            "An error at Identity, with both addresses.",
                            "It compares them character by character.",
                            explain="The message leads to the cause: the page has what site A sent and what is "
                            "registered, with the slash marked. The two must be equal (OpenID Connect Core 1.0, "
                            "3.1.2.1), so you have to change one of them. Here the registration is the wrong one.",
                        ),
                    ),
                    right="identity",
                ),
            ),
            steps=(Begin(SITE_A),),
            check=registered_otherwise,
            repair="Last, site B signs in at a provider that changes its key, and keeps the key’s name.",
        ),
        Stage(
            name="same_kid",
            title="Site B has another provider, which takes everybody for carol. It changes its key between your two "
            "sign-ins, and keeps the `kid`. What does site B do?",
            provider=SAME_KID.name,
            questions=(
                Question(
                    name="key",
                    ask="What does site B do at the second sign-in?",
                    look="What did site B show you at the second sign-in?",
                    options=(
                        Option(
                            "works",
                            "It signs you in.",
                            "It fetches the new key.",
                            explain="Site B kept the public key of the first sign-in, by its `kid`. The second token "
                            "names the same `kid`, and its signature does not fit the old key. So site B fetches the "
                            "keys once more, finds another one under that name, and checks again. It does so once in "
                            "half a minute at most. A new `kid` would have said at once that the key is a new one "
                            "(OpenID Connect Core 1.0, 10.1.1).",
                        ),
                        Option(
                            "kid",
                            "It refuses the token because of its `kid`.",
                            "It does not know the new key.",
                            why_not="It takes it for the old one: the name is the same. Only the key has changed.",
                        ),
                        Option(
                            "signature",
                            "It refuses the token because of its `signature`.",
                            "It has kept the old key under that name.",
                            why_not="The signature does not fit the old key. But site B does not believe its copy of "
                            "the keys more than the provider: it fetches them once more.",
                        ),
                    ),
                    right="works",
                ),
            ),
            steps=(
                SignIn(SITE_B, person=""),
                Press(SITE_B, "/", "", "Sign out of this site", SIGN_OUT_OF_SITE, then=IN_MENU),
                SignIn(SITE_B, person="", is_again=True),
            ),
            check=changed_key,
        ),
    ),
)
