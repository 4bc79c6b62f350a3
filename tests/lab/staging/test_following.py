"""Which steps of a stage were done, from the entries of one visitor."""

import pytest

from lab.servers import IDENTITY, SITE_A, SITE_B
from lab.staging.acts import Answer, Curl, Embed, IsTold, Manage, Measure, Open, Press, Reopen, Restart, SignIn
from lab.staging.following import entries_of_steps
from session_inspector.journal.schema import Entry, Measurement, Sweep
from tests.session_inspector.inspector.traffic import AGENT, NOW, change, exchange

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
    slow = Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black", is_left=True)
    forget = Press(SITE_B, "/session/forget/", "Forget this browser", "Go on", "/session/forget/")
    forgotten = pressed("/session/forget/")
    assert entries_of_steps((slow, forget), [forgotten]) == [None, forgotten]
    added = pressed("/cart/add/")
    assert entries_of_steps((slow, forget), [forgotten, added]) == [added, forgotten]


def test_one_entry_shows_one_step_only():
    slow = Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black", is_left=True)
    quick = Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Nib, fine")
    first = pressed("/cart/add/")
    assert entries_of_steps((slow, quick), [first]) == [first, None]


def test_the_sites_are_told_in_any_order_and_what_one_does_next_comes_after_that():
    steps = (Manage(IDENTITY, "disable_user alice"), IsTold(SITE_A), IsTold(SITE_B), Open(SITE_A))
    ended = change("deleted", "i1", "identity")
    too_early = opened()
    b, a = (change("deleted", "b1", site, by="/oidc/backchannel-logout/") for site in ("site_b", "site_a"))
    page = opened()
    assert entries_of_steps(steps, [ended, too_early]) == [ended, None, None, None]
    assert entries_of_steps(steps, [ended, too_early, b, a, page]) == [ended, a, b, page]


def test_what_a_page_asks_is_answered_by_the_button_that_was_pressed():
    stay = Answer(IDENTITY, "Stay", "/decide/", ("decision", "stay"))
    said = {"path": "/decide/", "method": "POST"}
    assert stay.is_shown_by(exchange("identity", **said, form=[("decision", "stay")]))
    assert not stay.is_shown_by(exchange("identity", **said, form=[("decision", "leave")]))
    assert not stay.is_shown_by(exchange("site_a", **said, form=[("decision", "stay")]))


@pytest.mark.parametrize("by", ["", "/accounts/logout/"])
def test_a_row_that_ended_otherwise_was_not_ended_by_what_identity_told(by):
    assert not IsTold(SITE_A).is_shown_by(change("deleted", "a1", by=by))


@pytest.mark.parametrize(
    ("act", "shows", "does_not"),
    [
        (Open(SITE_A), {}, {"type": "text/css"}),
        (Open(SITE_A), {}, {"channel": "back"}),
        (Open(SITE_A), {}, {"method": "POST"}),
        (Curl(SITE_A, "site_a_session"), {"agent": "curl/7.88"}, {}),
        (Embed(SITE_A, "/"), {"headers": {"User-Agent": AGENT, "Sec-Fetch-Dest": "iframe"}}, {}),
        (Reopen(SITE_A, "/values/", "Values"), {"path": "/values/"}, {}),
        (Restart(SITE_A), {"path": "/restart/", "method": "POST"}, {"path": "/restart/"}),
        (SignIn(SITE_A), {"path": "/oidc/callback/"}, {"path": "/oidc/authenticate/"}),
    ],
)
def test_what_shows_an_act_and_what_does_not(act, shows, does_not):
    assert act.is_shown_by(exchange("site_a", **shows))
    assert not act.is_shown_by(exchange("site_a", **does_not))
    assert not act.is_shown_by(exchange("site_b", **shows))


def test_a_page_that_is_opened_later_says_how_long_one_waits():
    assert Open(SITE_B, wait=2).text == "Wait 2 seconds. Open {place}."


@pytest.mark.parametrize(("is_restoring", "first"), [(True, "Set your browser to open"), (False, "Make sure that")])
def test_to_close_the_browser_one_first_looks_at_its_settings(is_restoring, first):
    assert Reopen(SITE_B, "/cart/", "Your cart", is_restoring).text.startswith(first)


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


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (SignIn(SITE_A), "Sign in at {place} as alice."),
        (SignIn(SITE_B, person=""), "Sign in at {place}."),
        (SignIn(SITE_B, person="", is_again=True), "Sign in at {place} again."),
        (SignIn(SITE_A, is_in_new_tab=True), "Sign in at {place} as alice in a new tab."),
    ],
)
def test_who_signs_in_is_said_where_somebody_asks_for_a_name(act, text):
    assert act.text == text
