"""What the checks of the clash say of other traffic than that of the lab's own browsers."""

import pytest

from lab.scenarios import cookie_clash
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, exchange, forgotten, row, told


def looked(at_b, again):
    sends = {"identity_session": "i1"}
    signs_in = exchange("identity", "/accounts/login/", method="POST", status=302, after=row("i1", **KNOWN))
    return [signs_in, exchange("site_b", at=1, **at_b), exchange("identity", at=2, sends=sends, **again)]


@pytest.mark.parametrize(
    ("at_b", "again", "shown"),
    [
        ({"tells": [forgotten("site_b_session", "site_b")], "user": NOBODY}, {"user": NOBODY}, "looking"),
        ({"user": NOBODY}, {"user": ALICE}, "ports"),
        ({"sends": {"site_b_session": "i1"}, "user": NOBODY}, {"user": ALICE}, "database"),
        ({"sends": {"site_b_session": "i1"}, "user": ALICE}, {"user": ALICE}, "both"),
        ({"user": NOBODY}, {"user": NOBODY}, ""),  # something else signed the person out
    ],
)
def test_who_one_is_at_identity_after_a_look_at_b(at_b, again, shown):
    steps = looked(at_b, again)
    verdict = cookie_clash.look_at_b(steps)
    assert verdict.shown == {"identity": shown}
    assert verdict.entries == tuple(steps[1:])


@pytest.mark.parametrize(
    ("tells", "user", "shown"),
    [([forgotten("site_b_session", "site_b")], NOBODY, "toolbar"), ([], ALICE, "untouched"), ([], NOBODY, "")],
)
def test_who_one_is_at_identity_after_a_look_past_a_toolbar(tells, user, shown):
    steps = looked({"path": "/nowhere/", "tells": tells}, {"user": user})
    assert cookie_clash.look_past_a_toolbar(steps).shown == {"identity": shown}


def callback(works, at):
    after = row("a1", **KNOWN) if works else None
    return exchange("site_a", "/oidc/callback/", at, status=302 if works else 400, after=after)


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [(True, True, "works"), (False, True, "second"), (False, False, "never"), (True, False, "")],
)
def test_two_tries_to_sign_in(first, second, shown):
    steps = [callback(first, 0), callback(second, 1)]
    assert cookie_clash.sign_in_twice(steps).shown == {"site_a": shown}


@pytest.mark.parametrize(("status", "shown"), [(403, "refused"), (302, "taken")])
def test_a_form_that_was_open_meanwhile(status, shown):
    pressed = exchange("site_a", "/values/language/", method="POST", status=status)
    assert cookie_clash.send_old_form([pressed]).shown == {"form": shown}


@pytest.mark.parametrize(
    ("sends", "shown"),
    [
        ({"site_b_session": "b1", "site_a_session": "a1"}, "all"),
        ({"site_b_session": "b1", "identity_csrftoken": "x"}, "all"),
        ({"site_b_session": "b1", "site_b_csrftoken": "x"}, "own"),
    ],
)
def test_which_cookies_come_to_b(sends, shown):
    assert cookie_clash.count_cookies([exchange("site_b", sends=sends)]).shown == {"cookies": shown}


@pytest.mark.parametrize(("user", "shown"), [(ALICE, "known"), (NOBODY, "out")])
def test_who_one_is_at_a_after_b(user, shown):
    assert cookie_clash.sign_in_at_both([exchange("site_a", user=user)]).shown == {"site_a": shown}


def test_to_be_told_to_keep_a_session_cookie_is_not_to_be_told_to_forget_it():
    kept = exchange("site_b", tells=[told("site_b_session", "b1", "site_b")])
    assert not cookie_clash.deletes_session_cookie(kept.exchange)
