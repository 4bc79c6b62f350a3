"""A server beside yours plants a session cookie for you: cookie tossing, and what helps against it."""

from collections.abc import Sequence

from lab.servers import SITE_A, SITE_B
from lab.staging.acts import Open, SignIn
from lab.staging.hosts import ONE_HOST, SIBLINGS
from lab.staging.parts import Addition, Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from lab.staging.planting import PATH
from session_inspector.explain.cookies import came_twice
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
STEPS = (SignIn(SITE_A), Open(SITE_B, PATH, "An offer"), Open(SITE_A, is_again=True))


def check(steps: Sequence[Entry]) -> Verdict:
    page = steps[-1]
    shown = "alice" if person_of(page.exchange) else "twice" if came_twice(page.exchange) else "replaced"
    return Verdict({"site_a": shown}, tuple(steps[1:]))


def asked(*options: Option, right: str) -> tuple[Question, ...]:
    ask, look = "Who are you at site A then?", "What did site A show you at the end?"
    return (Question(name="site_a", ask=ask, look=look, options=options, right=right),)


SCENARIO = Scenario(
    name="sibling_hosts",
    title="A neighbour plants a cookie",
    happens="Your sites share a parent domain, or a host, with a server that you do not trust. Somebody is "
    "signed out, or in as somebody else.",
    minutes=6,
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
            repair="Site A’s cookie gets a name that begins with `__Host-`.",
        ),
        Stage(
            name="host_prefix",
            title="The same, and the cookie of site A is called `__Host-session`. Who are you at site A?",
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
        ),
    ),
)
