"""What the checks say of two cookies that are refused, and of a frame of another site."""

import pytest

from lab.scenarios import sibling_hosts
from session_inspector.journal.schema import Cookie
from tests.session_inspector.inspector.traffic import ALICE, NOBODY, exchange, masked

TWICE = (Cookie("s", masked("a1"), "session", is_taken=False), Cookie("s", masked("b1"), "session"))
REFUSED = {"status": 400, "cookies": TWICE}


@pytest.mark.parametrize(
    ("first", "again", "shown"),
    [
        (REFUSED, {"user": ALICE}, "alice"),
        (REFUSED, REFUSED, "stuck"),
        (REFUSED, {"user": NOBODY}, ""),
        ({"user": NOBODY, "cookies": TWICE}, {"user": NOBODY}, "taken"),
        ({"user": ALICE}, {"user": ALICE}, ""),
    ],
)
def test_who_one_is_after_two_cookies_were_refused(first, again, shown):
    steps = [exchange(), exchange("site_b"), exchange("site_a", **first), exchange("site_a", **again)]
    verdict = sibling_hosts.after_a_refusal(steps)
    assert verdict.shown == {"site_a": shown}
    assert verdict.entries == tuple(steps[2:])


@pytest.mark.parametrize(
    ("sends", "user", "shown"),
    [
        ({}, ALICE, "alice"),
        ({"site_a_session": "a1"}, NOBODY, "signed_out"),
        ({}, NOBODY, ""),  # something else signed the person out
        ({"site_a_session": "a1"}, ALICE, ""),
    ],
)
def test_who_one_is_after_a_frame_of_the_site(sends, user, shown):
    frame = exchange("site_a", "/oidc/front-channel-logout/", sends=sends)
    assert sibling_hosts.after_a_frame([exchange(), frame, exchange("site_a", user=user)]).shown == {"site_a": shown}
