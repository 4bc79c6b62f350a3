"""Two requests work with one session at the same time: the last one that writes wins."""

from collections.abc import Sequence

from lab.servers import SITE_B
from lab.staging.acts import Open, Press
from lab.staging.parts import Addition, Option, Question, Reader, Scenario, Settings, Stage, Verdict
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry, Value

SLOW: dict[str, Settings] = {
    "site_b": {
        "MIDDLEWARE": Addition(
            "lab.staging.slow.SlowMiddleware", "It waits eight seconds between reading the session and writing it."
        )
    }
}


def add(title: str, is_in_new_tab: bool = False, is_left: bool = False) -> Press:
    return Press(
        SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside=title, is_in_new_tab=is_in_new_tab, is_left=is_left
    )


def cart_after(entry: Entry) -> dict[str, Value]:
    cart = values_in(entry.exchange.after).get("cart")
    return cart if isinstance(cart, dict) else {}


def what_is_in_cart(steps: Sequence[Entry]) -> Verdict:
    found = cart_after(steps[-1])
    shown = {(True, True): "both", (False, True): "last", (True, False): "first"}.get(
        ("ink" in found, "nib" in found), ""
    )
    return Verdict({"cart": shown}, tuple(steps[1:]))


def what_became_of_it(steps: Sequence[Entry]) -> Verdict:
    added = steps[1]
    shown = {(400, False): "refused", (302, True): "added", (302, False): "lost"}.get(
        (added.exchange.status, "ink" in cart_after(added)), ""
    )
    return Verdict({"added": shown}, tuple(steps[1:]))


SCENARIO = Scenario(
    name="lost_update",
    title="Two tabs, one session: something is lost",
    happens="A value of the session is lost now and then, without an error: a cart, a message, a counter.",
    minutes=5,
    places={Reader.DEVELOPER: 10},
    stages=(
        Stage(
            name="last_one_wins",
            title="You add ink in one tab and a nib in another, while site B is slow. What is in the cart?",
            settings=SLOW,
            questions=(
                Question(
                    name="cart",
                    ask="What is in the cart, beside the paper?",
                    look="What did the cart show you at the end, beside the paper?",
                    options=(
                        Option(
                            "both",
                            "Ink and nib.",
                            "Each request adds its thing.",
                            why_not="Each request read the whole session first, and wrote the whole session at its "
                            "end. When it read, the other one had not written yet.",
                        ),
                        Option(
                            "first",
                            "Only the ink.",
                            "The second one finds the row taken, and changes nothing.",
                            why_not="Nothing tells the second one that somebody has written meanwhile. Django keeps no "
                            "lock and no version of a session.",
                        ),
                        Option(
                            "last",
                            "Only the nib.",
                            "The last one that writes wins.",
                            explain="Both read a cart with paper only. The first wrote paper and ink, the second one "
                            "paper and nib over it. Both were answered as if all was well. What must not be lost "
                            "belongs into a table of its own, changed by one statement.",
                        ),
                    ),
                    right="last",
                ),
            ),
            steps=(
                add("Letter paper, 100 sheets"),
                add("Ink, black", is_left=True),
                add("Nib, fine", is_in_new_tab=True),
                Open(SITE_B, "/cart/", "Your cart", is_again=True),
            ),
            check=what_is_in_cart,
            repair="The same slow site. This time the session ends while the request is under way.",
        ),
        Stage(
            name="ends_under_way",
            title="You add ink while site B is slow. Meanwhile it forgets your browser. What becomes of the ink?",
            settings=SLOW,
            questions=(
                Question(
                    name="added",
                    ask="What does site B answer to the request for ink?",
                    look="What did the first tab show you?",
                    options=(
                        Option(
                            "added",
                            "As always: the ink is in the cart.",
                            "The request had read the session before.",
                            why_not="It had. But it must write to the same row, and that is gone. Django does not make "
                            "it again: nobody who signed out shall be signed in again by a slow request.",
                        ),
                        Option(
                            "lost",
                            "As always, but the cart is empty.",
                            "The change is lost, and nobody notices.",
                            why_not="It is lost, but not in silence. Django does not just write: it demands that the "
                            "row is still there, and raises an error if it is not.",
                        ),
                        Option(
                            "refused",
                            "An error: the session ended meanwhile.",
                            "There is no row any more to write to.",
                            explain="Django found no row of that key when it saved, and raised `SessionInterrupted`, "
                            "which is an answer with status 400. The ink is lost, with the cart. This time the answer "
                            "says so.",
                        ),
                    ),
                    right="refused",
                ),
            ),
            steps=(
                add("Letter paper, 100 sheets"),
                add("Ink, black", is_left=True),
                Press(
                    SITE_B,
                    "/session/forget/",
                    "Forget this browser",
                    "Forget me here, and go on to inspector",
                    "/session/forget/",
                    is_in_new_tab=True,
                ),
            ),
            check=what_became_of_it,
        ),
    ),
)
