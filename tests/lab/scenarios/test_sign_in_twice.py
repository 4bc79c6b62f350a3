"""What the checks of sign_in_twice say of traffic."""

import pytest

from lab.scenarios import sign_in_twice
from session_inspector.journal.schema import Person
from tests.session_inspector.inspector.traffic import ALICE, NOBODY, exchange

BOB = Person("2", "bob")
CAROL = Person("3", "carol")

PEOPLE = [(ALICE, "alice"), (BOB, "bob"), (NOBODY, "nobody"), (CAROL, "")]


def sign_in_at_identity(user=BOB):
    return exchange("identity", "/accounts/login/", method="POST", status=302, user=user)


@pytest.mark.parametrize(("user", "shown"), PEOPLE)
def test_whom_site_b_takes_the_browser_for_after_bob_signed_in(user, shown):
    steps = [exchange("site_b"), exchange("identity"), sign_in_at_identity(), exchange("site_b", user=user)]
    assert sign_in_twice.after_signing_out(steps).shown == {"site_b": shown}


@pytest.mark.parametrize(("user", "shown"), PEOPLE)
def test_and_after_one_more_sign_in(user, shown):
    callback = exchange("site_b", "/oidc/callback/", user=user)
    page = exchange("site_b", user=ALICE)
    steps = [exchange("site_b"), exchange("identity"), sign_in_at_identity(), page, callback]
    verdict = sign_in_twice.after_losing_the_key(steps)
    assert verdict.shown == {"site_b": "alice", "again": shown}
    assert verdict.entries == (*steps[2:],)


@pytest.mark.parametrize("user", [ALICE, NOBODY])
def test_it_shows_nothing_if_it_was_not_bob_who_signed_in(user):
    steps = [exchange("site_b"), exchange("identity"), sign_in_at_identity(user), exchange("site_b", user=ALICE)]
    assert sign_in_twice.after_signing_out(steps).shown == {"site_b": ""}
    steps.append(exchange("site_b", "/oidc/callback/", user=BOB))
    assert sign_in_twice.after_losing_the_key(steps).shown == {"site_b": "", "again": ""}
