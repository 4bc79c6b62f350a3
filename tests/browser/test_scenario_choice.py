"""A scenario is chosen and left: what starts again, what is kept, and what is said of it."""

from lab.servers import SITE_B
from lab.staging.acts import Press
from tests.browser.acting import Acting, begin, go_back_to_normal


def test_back_to_normal_brings_back_who_was_signed_in_and_what_was_kept(rewound_lab, emptied_browser):
    person, cart = Acting(emptied_browser), rewound_lab.origin("site_b") + "/cart/"
    person.do(Press(SITE_B, "/cart/", "Your cart", "Add Ink, black", "/cart/add/"), cart)
    kept = emptied_browser.cookies(cart)
    tab = begin(emptied_browser, rewound_lab, "cookie_clash", "both_renamed")
    go_back_to_normal(tab, rewound_lab)
    assert emptied_browser.cookies(cart) == kept
    tab.goto(cart)
    tab.part("tbody th", having="Ink, black").expect_count(2)  # among the goods, and in the cart
