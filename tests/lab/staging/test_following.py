"""Which steps of a stage were done, from the entries of one visitor."""

import pytest

from lab.servers import SITE_A, SITE_B
from lab.staging.acts import Curl, Measure, Open, Press, Restart, SignIn
from lab.staging.following import entries_of_steps
from session_inspector.journal.schema import Entry, Measurement, Sweep
from tests.session_inspector.inspector.traffic import NOW, exchange

pytestmark = pytest.mark.usefixtures("journal")


def opened(server="site_a", at=0.0, **content):
    return exchange(server, at=at, **content)


def pressed(path, server="site_b"):
    return exchange(server, path, method="POST", status=302)


def test_each_step_is_shown_by_the_first_entry_that_fits_after_the_one_before():
    a, b, again, later = opened(), opened("site_b"), opened(), opened()
    steps = (Open(SITE_A), Open(SITE_B), Open(SITE_A, is_again=True))
    assert entries_of_steps(steps, [a, b, again, later]) == [a, b, again]


def test_a_step_that_is_done_before_its_turn_does_not_count():
    b, a = opened("site_b"), opened()
    assert entries_of_steps((Open(SITE_A), Open(SITE_B)), [b, a]) == [a, None]


def test_from_the_first_step_that_was_not_done_on_none_is():
    b = opened("site_b")
    assert entries_of_steps((SignIn(SITE_A), Open(SITE_B)), [b]) == [None, None]


def test_the_answer_of_a_button_that_nobody_waits_for_may_come_after_the_next_step():
    slow = Press(SITE_B, "/cart/", "Your cart", "Add Ink, black", "/cart/add/", is_left=True)
    forget = Press(SITE_B, "/session/forget/", "Forget this browser", "Go on", "/session/forget/")
    forgotten = pressed("/session/forget/")
    assert entries_of_steps((slow, forget), [forgotten]) == [None, forgotten]
    added = pressed("/cart/add/")
    assert entries_of_steps((slow, forget), [forgotten, added]) == [added, forgotten]


def test_one_entry_shows_one_step_only():
    slow = Press(SITE_B, "/cart/", "Your cart", "Add Ink, black", "/cart/add/", is_left=True)
    quick = Press(SITE_B, "/cart/", "Your cart", "Add Nib, fine", "/cart/add/")
    first = pressed("/cart/add/")
    assert entries_of_steps((slow, quick), [first]) == [first, None]


@pytest.mark.parametrize(
    ("act", "shows", "does_not"),
    [
        (Open(SITE_A), {}, {"type": "text/css"}),
        (Open(SITE_A), {}, {"channel": "back"}),
        (Open(SITE_A), {}, {"method": "POST"}),
        (Curl(SITE_A, "site_a_session"), {"agent": "curl/7.88"}, {}),
        (Restart(SITE_A), {"path": "/restart/", "method": "POST"}, {"path": "/restart/"}),
        (SignIn(SITE_A), {"path": "/oidc/callback/"}, {"path": "/oidc/authenticate/"}),
    ],
)
def test_what_shows_an_act_and_what_does_not(act, shows, does_not):
    assert act.is_shown_by(exchange("site_a", **shows))
    assert not act.is_shown_by(exchange("site_a", **does_not))
    assert not act.is_shown_by(exchange("site_b", **shows))


def test_a_measurement_is_shown_by_what_it_wrote_down():
    act = Measure(SITE_A, "measure_expired_rows")
    measured = Measurement("expired rows", {"rows": (1.0,)})
    assert act.is_shown_by(Entry(NOW, "site_a", measured))
    assert not act.is_shown_by(Entry(NOW, "site_b", measured))
    assert not act.is_shown_by(Entry(NOW, "site_a", Sweep(1, NOW)))


def test_a_program_brings_the_key_that_was_copied_or_none():
    assert "--cookie" in Curl(SITE_A, "site_a_session").printed
    assert "the key that you copied" in Curl(SITE_A, "site_a_session").text
    without = Curl(SITE_A, is_again=True)
    assert "--cookie" not in without.printed
    assert "again, without a cookie" in without.text
