"""A site behind a proxy that speaks https: what Django cannot know unless it is told."""

from collections.abc import Sequence

from lab.servers import SITE_B
from lab.staging.acts import Begin, Curl, Open, Press, SignIn
from lab.staging.parts import Addition, Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from lab.staging.serving import ELSEWHERE, BehindNginx, Header
from lab.staging.tickets import PATH
from session_inspector.explain.sessions import signs_in
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry

SCHEME = Header("X-Forwarded-Proto", "$scheme", "nginx says how the browser came.")
CHAIN = Header("X-Forwarded-For", "$proxy_add_x_forwarded_for", "nginx adds who asked it to what stood there before.")
QUIET = {SITE_B.name: BehindNginx()}
SAYS_HOW = {SITE_B.name: BehindNginx((SCHEME,))}
SAYS_WHO = {SITE_B.name: BehindNginx((SCHEME, CHAIN))}

NO_REDIRECT: Settings = {"SECURE_SSL_REDIRECT": Change(False, "nginx sees to https, so Django need not.")}
TOLD: Settings = {
    "SECURE_PROXY_SSL_HEADER": Change(("HTTP_X_FORWARDED_PROTO", "https"), "Django believes what nginx says.")
}


def with_tickets(middleware: str, why: str) -> Settings:
    return {**TOLD, "MIDDLEWARE": Addition(f"lab.staging.tickets.{middleware}", f"A page gives tickets. {why}")}


NAME = "One ticket for each address"
INK = Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black")
OTHER = Curl(SITE_B, path=PATH, address=ELSEWHERE)
FORGED = Curl(SITE_B, path=PATH, address=ELSEWHERE, header="X-Forwarded-For: 192.0.2.1", is_again=True)
MINE = Open(SITE_B, PATH, NAME)
IS_GIVEN = {200: "yes", 429: "no"}


def is_a_loop(steps: Sequence[Entry]) -> Verdict:
    """By the first answer: whether it leads to the address that was asked."""
    (page,) = steps
    exchange = page.exchange
    leads_back = exchange.status == 301 and exchange.location == f"{SITE_B.origin}{exchange.path}"
    return Verdict({"page": "loop" if leads_back else {200: "page"}.get(exchange.status, "")}, (page,))


def form_of(added: Entry) -> str:
    if added.exchange.status == 403:
        return "refused"
    return "works" if "cart" in values_in(added.exchange.after) else ""


def not_told(steps: Sequence[Entry]) -> Verdict:
    added, authorize = steps
    uri = str(dict(authorize.exchange.query).get("redirect_uri", ""))
    is_refused = authorize.exchange.status == 400 and uri.startswith("http:")
    sign_in = "refused" if is_refused else {302: "works"}.get(authorize.exchange.status, "")
    return Verdict({"form": form_of(added), "sign_in": sign_in}, tuple(steps))


def told(steps: Sequence[Entry]) -> Verdict:
    added, callback = steps
    sign_in = "works" if signs_in(callback.exchange) else ""
    return Verdict({"form": form_of(added), "sign_in": sign_in}, tuple(steps))


def who_gets_one(steps: Sequence[Entry]) -> Verdict:
    first, mine = steps
    shown = IS_GIVEN.get(mine.exchange.status, "") if first.exchange.status == 200 else ""
    return Verdict({"mine": shown}, tuple(steps))


def who_gets_two(steps: Sequence[Entry]) -> Verdict:
    first, second = steps
    shown = IS_GIVEN.get(second.exchange.status, "") if first.exchange.status == 200 else ""
    return Verdict({"second": shown}, tuple(steps))


def who_gets_what(steps: Sequence[Entry]) -> Verdict:
    first, second, mine = steps
    return Verdict({**who_gets_two([first, second]).shown, **who_gets_one([first, mine]).shown}, tuple(steps))


def form(right: str, *options: Option) -> Question:
    return Question(
        name="form",
        ask="You put ink into the cart. Does it work?",
        look="What came after you had pressed *Add*?",
        options=options,
        right=right,
    )


def sign_in(right: str, *options: Option) -> Question:
    return Question(
        name="sign_in",
        ask="Then you sign in. Does it work?",
        look="What came after *Sign in*?",
        options=options,
        right=right,
    )


def second(right: str, *options: Option) -> Question:
    return Question(
        name="second",
        ask="Does somebody else get a second ticket?",
        look="What did the terminal print the second time?",
        options=options,
        right=right,
    )


def mine(right: str, *options: Option) -> Question:
    return Question(
        name="mine",
        ask="Do you get a ticket?",
        look="What does the page say to you?",
        options=options,
        right=right,
    )


IN_CART, REFUSED_FORM = "The ink is in the cart.", "The form is refused (403)."
IDENTITY_ASKS, IDENTITY_REFUSES = "Identity lets me sign in.", "Identity refuses to go on."
GIVEN, NOT_GIVEN = "A ticket.", "No ticket."

SCENARIO = Scenario(
    name="behind_a_proxy",
    title="Behind a proxy that speaks https",
    happens="A site works on your machine. Behind nginx it redirects without end, forms are refused, or the provider "
    "does not know its `redirect_uri`.",
    minutes=18,
    places={Reader.DEVELOPER: 17},
    stages=(
        Stage(
            name="loop",
            title="Site B leads whoever comes over http to https (`SECURE_SSL_REDIRECT`). Now nginx speaks https for "
            "it. What does your browser show?",
            served=QUIET,
            questions=(
                Question(
                    name="page",
                    ask="What does your browser show?",
                    look="What does your browser show?",
                    options=(
                        Option(
                            "page",
                            "The page of site B.",
                            "I came over https already.",
                            why_not="You did, to nginx. But nginx asked site B over http, and site B sees that only.",
                        ),
                        Option(
                            "loop",
                            "An error: too many redirects.",
                            "Site B leads me to where I am.",
                            explain="nginx asks site B over http. So site B answers: go to the same address over "
                            "https. Your browser does, nginx asks over http again, and so on, until the browser "
                            "gives up.",
                        ),
                    ),
                    right="loop",
                ),
            ),
            steps=(Open(SITE_B, is_in_vain=True),),
            check=is_a_loop,
            repair="`SECURE_SSL_REDIRECT` is off, so the pages open. But Django still does not know of https.",
        ),
        Stage(
            name="not_told",
            title="The pages open. But nobody has told Django that your browser speaks https. Do forms work, and can "
            "you sign in?",
            settings={SITE_B.name: NO_REDIRECT},
            served=QUIET,
            questions=(
                form(
                    "refused",
                    Option(
                        "works",
                        IN_CART,
                        "The form has its token.",
                        why_not="It has, and the token is right. But Django looks at `Origin` first.",
                    ),
                    Option(
                        "refused",
                        REFUSED_FORM,
                        "Django and my browser name different origins.",
                        explain="Your browser sends `Origin: https://…` with the form. Django compares it with the "
                        "address that it believes to have, `http://…`, and refuses the form. With "
                        "`CSRF_TRUSTED_ORIGINS` it would take the form, and the cause would stay.",
                    ),
                ),
                sign_in(
                    "refused",
                    Option(
                        "works",
                        IDENTITY_ASKS,
                        "Nothing is different at Identity.",
                        why_not="But site B sends Identity another address than before, to come back to.",
                    ),
                    Option(
                        "refused",
                        IDENTITY_REFUSES,
                        "`redirect_uri` begins with `http`.",
                        explain="Django builds the address from what it sees: `http://…`. Registered is `https://…`, "
                        "and Identity compares the two letter by letter.",
                    ),
                ),
            ),
            steps=(INK, Begin(SITE_B)),
            check=not_told,
            repair="nginx says how the browser came, and Django believes it. `SECURE_SSL_REDIRECT` is on again.",
        ),
        Stage(
            name="told",
            title="nginx sends `X-Forwarded-Proto`, and Django believes it. Do forms work, and can you sign in?",
            settings={SITE_B.name: TOLD},
            served=SAYS_HOW,
            questions=(
                form(
                    "works",
                    Option(
                        "works",
                        IN_CART,
                        "Both name the same origin.",
                        explain="With `SECURE_PROXY_SSL_HEADER`, Django takes the request for one over https. All else "
                        "follows: the origin, the redirects, the addresses that it builds. gunicorn does the same by "
                        "itself, but only for a proxy on its own machine.",
                    ),
                    Option(
                        "refused",
                        REFUSED_FORM,
                        "nginx still asks over http.",
                        why_not="It does. But it says how your browser came, and that counts now.",
                    ),
                ),
                sign_in(
                    "works",
                    Option(
                        "works",
                        IDENTITY_ASKS,
                        "`redirect_uri` begins with `https`.",
                        explain="It is the registered address. But if nginx did not send that header, anybody could, "
                        "and Django would believe them. nginx puts its own in the place of theirs.",
                    ),
                    Option(
                        "refused",
                        IDENTITY_REFUSES,
                        "The address has to be registered anew.",
                        why_not="It was registered with `https` all the time. Now site B sends that one.",
                    ),
                ),
            ),
            steps=(INK, SignIn(SITE_B)),
            check=told,
            repair="Nothing is repaired. A page counts who has asked, by address.",
        ),
        Stage(
            name="one_address",
            title="A page of site B gives one ticket to each address. Somebody at another address takes one. "
            "Do you get one, too?",
            settings={SITE_B.name: with_tickets("TicketMiddleware", "It looks at `REMOTE_ADDR`.")},
            served=SAYS_HOW,
            questions=(
                mine(
                    "no",
                    Option(
                        "yes",
                        GIVEN,
                        "My address is another one.",
                        why_not="It is, and nginx knows it. But site B is asked by nginx, and sees the address of "
                        "nginx.",
                    ),
                    Option(
                        "no",
                        NOT_GIVEN,
                        "To site B we have one address.",
                        explain="`REMOTE_ADDR` is who has connected: nginx, for everybody. A limit on wrong passwords "
                        "for each address would take all people for one: whoever guesses locks out everybody.",
                    ),
                ),
            ),
            steps=(OTHER, MINE),
            check=who_gets_one,
            repair="nginx adds the address to `X-Forwarded-For`. Site B takes the first one that stands there.",
        ),
        Stage(
            name="first",
            title="Site B takes the first address in `X-Forwarded-For`. Somebody has a ticket, and asks again with "
            "such a header of their own. Do they get another one?",
            settings={
                SITE_B.name: with_tickets("FirstAddressMiddleware", "It looks at the first of `X-Forwarded-For`.")
            },
            served=SAYS_WHO,
            questions=(
                second(
                    "yes",
                    Option(
                        "no",
                        NOT_GIVEN,
                        "nginx writes the header.",
                        why_not="It adds to the header. What stood there before stays, in front.",
                    ),
                    Option(
                        "yes",
                        GIVEN,
                        "Site B believes what they wrote.",
                        explain="The header came as `192.0.2.1`, and nginx put the true address behind it. The first "
                        "one is what anybody may write. With another one for each try, no limit holds. With yours, "
                        "they use up your tries.",
                    ),
                ),
            ),
            steps=(OTHER, FORGED),
            check=who_gets_two,
            repair="Site B takes the last address, which nginx has written.",
        ),
        Stage(
            name="last",
            title="Site B takes the last address in `X-Forwarded-For`. Who gets a ticket?",
            settings={SITE_B.name: with_tickets("LastAddressMiddleware", "It looks at the last of `X-Forwarded-For`.")},
            served=SAYS_WHO,
            questions=(
                second(
                    "no",
                    Option(
                        "no",
                        NOT_GIVEN,
                        "nginx has written the last one.",
                        explain="Whatever they write stands in front of it. Behind two proxies the second from the end "
                        "counts. So a site must know how many proxies it can trust: django-allauth calls it "
                        "`ALLAUTH_TRUSTED_PROXY_COUNT`.",
                    ),
                    Option(
                        "yes",
                        GIVEN,
                        "They can write a longer header.",
                        why_not="They can. But nginx always adds one more, and that one counts.",
                    ),
                ),
                mine(
                    "yes",
                    Option(
                        "yes",
                        GIVEN,
                        "My address is another one.",
                        explain="Site B sees your address now, though it is asked by nginx.",
                    ),
                    Option(
                        "no",
                        NOT_GIVEN,
                        "We still have one address to site B.",
                        why_not="`REMOTE_ADDR` is still that of nginx. Site B does not look at it any more.",
                    ),
                ),
            ),
            steps=(OTHER, FORGED, MINE),
            check=who_gets_what,
        ),
    ),
)
