"""The session lives in the cookie itself: what that changes."""

from collections.abc import Sequence

from lab.servers import SITE_B
from lab.staging.acts import Curl, Open, Press
from lab.staging.parts import Change, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry

SIGNED_COOKIES: dict[str, Settings] = {
    "site_b": {
        "SESSION_ENGINE": Change(
            "django.contrib.sessions.backends.signed_cookies", "No table is needed, and every server can read it."
        ),
        "SILENCED_SYSTEM_CHECKS": Change(
            ["relying_party.E007"], "The lab’s own check refuses this engine: nobody else can end such a session."
        ),
    }
}


def where(steps: Sequence[Entry]) -> Verdict:
    added = steps[0]
    cookies = (one for one in added.exchange.set_cookies if one.role == "session")
    shown = {False: "cookie", True: "row", None: ""}[next((one.is_random for one in cookies), None)]
    return Verdict({"cart": shown}, tuple(steps))


def who_has_the_copy(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    shown = "cart" if "cart" in values_in(copied.exchange.before) else "nothing"
    return Verdict({"copy": shown}, tuple(steps[-2:]))


ADD_INK = Press(SITE_B, "/cart/", "Your cart", "Add Ink, black", "/cart/add/")
FORGET = Press(
    SITE_B,
    "/session/forget/",
    "Forget this browser",
    "Forget me here, and go on to inspector",
    "/session/forget/",
)

SCENARIO = Scenario(
    name="session_stores",
    title="A session without a table",
    happens="You use, or think of, the session engine `signed_cookies`, to do without a session table.",
    minutes=5,
    places={Reader.DEVELOPER: 12},
    stages=(
        Stage(
            name="signed_cookies",
            title="Site B keeps its sessions in signed cookies. You put ink into the cart. Where is the cart then?",
            settings=SIGNED_COOKIES,
            questions=(
                Question(
                    name="cart",
                    ask="Where is the cart?",
                    look="Look at the value of `site_b_session` in the session bar. How does it begin?",
                    options=(
                        Option(
                            "row",
                            "Like a random key.",
                            "A cookie carries a key, and the values are in a row.",
                            why_not="With this engine there is no table and no row. The cookie is the session.",
                        ),
                        Option(
                            "cookie",
                            "With `eyJ`, as JSON does in Base64.",
                            "The cookie carries the values themselves.",
                            explain="The cookie has the cart, and a signature behind it. Whoever has the cookie can "
                            "read the cart. Only the server can change it, since only it has `SECRET_KEY`. It is "
                            "signed, not encrypted.",
                        ),
                    ),
                    right="cookie",
                ),
            ),
            steps=(ADD_INK, Open(SITE_B, "/cart/", "Your cart", is_again=True)),
            check=where,
            repair="Nothing is changed. Can site B end such a session?",
        ),
        Stage(
            name="copy_lives_on",
            title="You copy that cookie. Then site B forgets your browser. What does the copy open?",
            settings=SIGNED_COOKIES,
            questions=(
                Question(
                    name="copy",
                    ask="What does site B find for who brings the copy?",
                    look="Is “Ink, black” under “In the cart” in what the terminal printed?",
                    options=(
                        Option(
                            "nothing",
                            "Nothing: the cart is empty.",
                            "The session was deleted.",
                            why_not="There is nothing on the server that could be deleted. Site B told your browser to "
                            "forget the cookie, and the copy is not in your browser.",
                        ),
                        Option(
                            "cart",
                            "The cart, as it was.",
                            "The copy is the session.",
                            explain="Site B looks at the signature and the date, and both are right. Nobody can end a "
                            "session that lives in a cookie before it expires, not even by signing out or with a "
                            "logout token. That is why the lab’s own check refuses this engine for a Relying Party.",
                        ),
                    ),
                    right="cart",
                ),
            ),
            steps=(
                ADD_INK,
                Open(SITE_B, "/cart/", "Your cart", is_again=True, copied="site_b_session"),
                FORGET,
                Curl(SITE_B, "site_b_session", path="/cart/"),
            ),
            check=who_has_the_copy,
        ),
    ),
)
