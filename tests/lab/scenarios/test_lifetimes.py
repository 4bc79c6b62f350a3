"""What the checks of four clocks, and of a browser that is closed, say of other traffic."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from lab.scenarios import lifetimes
from tests.session_inspector.inspector.traffic import ALICE, NOBODY, START, exchange, row, token, told

HOUR = 3600


def callback(at=0.0, exp=300, auth_time=0, **attributes):
    """``exp`` and ``auth_time`` are seconds after ``START``."""
    claims = {"exp": START.timestamp() + exp, "auth_time": START.timestamp() + auth_time}
    kept = told("site_b_session", "b1", "site_b", **attributes)
    return exchange("site_b", "/oidc/callback/", at, tells=[kept], id_token=token(claims))


@pytest.mark.parametrize(
    ("exp", "max_age", "site", "identity", "shown"),
    [
        (300, 8 * HOUR, 7, 336, "token"),
        (9 * HOUR, 8 * HOUR, 7, 336, "row"),
        (9 * HOUR, 6 * HOUR, 7, 336, "cookie"),
        (9 * HOUR, 8 * HOUR, 7, 5, "identity"),
    ],
)
def test_which_of_four_clocks_ends_first(exp, max_age, site, identity, shown):
    signs_in = callback(exp=exp, **{"max-age": str(max_age)})
    pages = [exchange("site_b", after=row("b1", hours=site)), exchange("identity", after=row("i1", hours=identity))]
    verdict = lifetimes.which_ends_first([signs_in, exchange("site_b"), *pages])
    assert verdict.shown == {"first": shown}
    assert verdict.entries == (signs_in, *pages)
    ends = lifetimes.ends_in(verdict.entries)
    assert lifetimes.CLOCKS[min(ends, key=ends.get)] == shown


def test_where_one_end_is_not_known_none_is_the_first():
    without_a_row = exchange("identity")
    steps = [callback(), exchange("site_b"), exchange("site_b", after=row("b1")), without_a_row]
    assert lifetimes.which_ends_first(steps).shown == {"first": ""}


def test_a_cookie_without_max_age_and_a_callback_without_a_token_have_no_end():
    bare = exchange("site_b", "/oidc/callback/")
    assert lifetimes.expiry_of_token(bare) is lifetimes.expiry_of_cookie(bare) is None
    assert lifetimes.expiry_of_cookie(callback(**{"max-age": ""})) is None


@pytest.mark.parametrize(("user", "at", "shown"), [(ALICE, 2, "known"), (NOBODY, 2, "nobody"), (ALICE, 0.5, "")])
def test_who_one_is_after_the_end_of_the_token(user, at, shown):
    page = exchange("site_b", at=at, user=user)
    assert lifetimes.after_the_token([callback(exp=1), page]).shown == {"site_b": shown}


@pytest.mark.parametrize(
    ("user", "auth_time", "shown"), [(NOBODY, 0, "click"), (NOBODY, 60, "password"), (ALICE, 0, "")]
)
def test_whether_a_password_was_asked_again(user, auth_time, shown):
    page = exchange("site_b", user=user)
    steps = [callback(), exchange("site_b"), page, callback(auth_time=auth_time)]
    assert lifetimes.was_a_password_asked(steps).shown == {"again": shown}


def test_a_second_sign_in_that_failed_shows_nothing():
    steps = [callback(), exchange("site_b"), exchange("site_b", user=NOBODY), exchange("site_b", "/oidc/callback/")]
    assert lifetimes.was_a_password_asked(steps).shown == {"again": ""}


@pytest.mark.parametrize(("user", "shown"), [(ALICE, "known"), (NOBODY, "nobody")])
def test_who_one_is_after_the_end_at_identity(user, shown):
    assert lifetimes.who_is_at_b([callback(), exchange("site_b", user=user)]).shown == {"site_b": shown}


@pytest.mark.parametrize(
    ("sends", "user", "shown"),
    [
        ({}, NOBODY, "nobody"),
        ({"site_b_session": "b1"}, ALICE, "known"),
        ({"site_b_session": "b1"}, NOBODY, ""),  # the cookie came back, and something else ended the session
    ],
)
def test_who_one_is_after_the_browser_was_closed(sends, user, shown):
    page = exchange("site_b", "/cart/", sends=sends, user=user)
    assert lifetimes.after_closing([callback(), page]).shown == {"site_b": shown}


@pytest.mark.django_db
def test_the_row_of_a_session_that_ends_with_the_browser_has_its_date_all_the_same(settings):
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    session = SessionStore()
    session["kept"] = 1
    session.save()
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
