"""What the checks say of other traffic: of two requests, of a planted cookie, and of a session in a cookie."""

from dataclasses import replace

import pytest

from lab.scenarios import expired_rows, lifetimes, lost_update, session_stores, sibling_hosts
from session_inspector.journal.schema import Cookie, Entry, Measurement, Person, Store, Sweep
from tests.session_inspector.inspector.traffic import ALICE, NOBODY, NOW, exchange, masked, row, told


@pytest.mark.parametrize(
    ("cart", "shown"),
    [
        ({"paper": 1, "nib": 1}, "last"),
        ({"paper": 1, "ink": 1}, "first"),
        ({"paper": 1, "ink": 1, "nib": 1}, "both"),
        ({"paper": 1}, ""),
        (None, ""),
    ],
)
def test_what_is_in_the_cart_of_two_tabs(cart, shown):
    page = exchange("site_b", "/cart/", after=row("b1", cart=cart))
    assert lost_update.what_is_in_cart([exchange(), page]).shown == {"cart": shown}


@pytest.mark.parametrize(
    ("status", "cart", "shown"),
    [
        (400, None, "refused"),
        (302, {"paper": 1, "ink": 1}, "added"),
        (302, {"paper": 1}, "lost"),
        (302, None, "lost"),
        (500, None, ""),
        (400, {"ink": 1}, ""),
    ],
)
def test_what_became_of_a_request_whose_session_ended(status, cart, shown):
    after = row("b1", cart=cart) if cart else None
    added = exchange("site_b", "/cart/add/", method="POST", status=status, after=after)
    assert lost_update.what_became_of_it([exchange(), added, exchange()]).shown == {"added": shown}


TWICE = (Cookie("s", masked("a1"), "session", is_taken=False), Cookie("s", masked("b1"), "session"))


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"user": ALICE}, "alice"),
        ({"user": NOBODY, "cookies": TWICE}, "twice"),
        ({"user": NOBODY, "cookies": TWICE[1:]}, "replaced"),
    ],
)
def test_whom_site_a_takes_somebody_for_after_an_offer_of_the_neighbour(content, shown):
    assert sibling_hosts.check([exchange(), exchange("site_a", **content)]).shown == {"site_a": shown}


@pytest.mark.parametrize(("is_random", "shown"), [(False, "cookie"), (True, "row")])
def test_where_a_cart_is(is_random, shown):
    cookie = replace(told("site_b_session", "eyJj", "site_b"), is_random=is_random)
    assert session_stores.where([exchange("site_b", tells=[cookie])]).shown == {"cart": shown}


def test_where_no_session_cookie_was_set_nobody_knows_where_a_cart_is():
    assert session_stores.where([exchange("site_b")]).shown == {"cart": ""}


@pytest.mark.parametrize(("before", "shown"), [(row("b1", cart={"ink": 1}), "cart"), (None, "nothing")])
def test_what_a_copy_opens(before, shown):
    assert session_stores.who_has_the_copy([exchange("site_b", before=before)]).shown == {"copy": shown}


@pytest.mark.parametrize(
    ("before", "shown"), [(row("b1", cart={"ink": 1}), "ink"), (row("b1"), "nothing"), (None, "nothing")]
)
def test_what_is_in_a_cart_that_was_kept_elsewhere(before, shown):
    page = exchange("site_b", "/cart/", before=before, stored_as=Store.FILE)
    assert session_stores.is_cart_found([exchange("site_b"), page]).shown == {"cart": shown}


@pytest.mark.parametrize(
    ("user", "shown"), [(ALICE, "alice"), (Person("2", "bob"), "bob"), (NOBODY, "nobody"), (None, "nobody")]
)
def test_whom_site_b_takes_one_for_after_a_cookie_that_is_too_large(user, shown):
    assert session_stores.whom_it_takes_one_for([exchange("site_b", user=user)]).shown == {"person": shown}


@pytest.mark.parametrize(
    ("find", "size", "clear", "shown"),
    [
        ((0.2, 0.2), (0.4, 24), (20, 6000), "two"),
        ((0.2, 20), (0.4, 24), (20, 6000), "all"),
        ((0.2, 0.2), (0.4, 0.5), (20, 20), "none"),
        ((0.2, 0.2), (0.4, 24), (20, 20), ""),
    ],
)
def test_what_grows_with_expired_rows(find, size, clear, shown):
    numbers = dict(zip(expired_rows.COLUMNS, ((1e3, 1e5), find, size, clear), strict=True))
    measured = Entry(NOW, "site_a", Measurement("expired rows", numbers))
    assert expired_rows.what_grows([measured]).shown == {"grows": shown}


def begins(key, **content):
    return exchange("site_a", "/oidc/authenticate/", after=row(key) if key else None, **content)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [(("a1", "a2", "a3"), "each"), (("a1", "a1", "a1"), "one"), (("", "", ""), "none"), (("a1", "a2", ""), "")],
)
def test_how_many_rows_a_program_makes(keys, shown):
    steps = [*map(begins, keys), exchange("site_a", "/session/")]
    assert expired_rows.how_many_rows(steps).shown == {"rows": shown}


def test_a_program_that_brings_its_key_makes_no_row():
    again = [begins("a1", sends={"site_a_session": "a1"}) for _ in range(2)]
    assert expired_rows.how_many_rows([begins("a1"), *again, exchange("site_a")]).shown == {"rows": "one"}


@pytest.mark.parametrize(("number", "shown"), [(1, "stays"), (0, "gone")])
def test_whether_a_row_past_its_date_was_still_there(number, shown):
    swept = Entry(NOW, "site_a", Sweep(number, NOW))
    assert expired_rows.check([*[exchange("site_a")] * 3, swept]).shown == {"row": shown}


@pytest.mark.parametrize(("hours", "shown"), [(1, "anew"), (0.3, "rest"), (-1, "")])
def test_how_long_a_session_lasts_after_a_look(hours, shown):
    page = exchange("site_a", "/values/", after=row("a1", hours=hours))
    assert lifetimes.check([exchange("site_a"), page]).shown == {"left": shown}
