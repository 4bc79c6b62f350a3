"""What the checks say of other traffic than that of the lab's own browsers."""

from dataclasses import replace

import pytest

from lab.scenarios import same_site_strict, single_sign_on, where_does_it_live
from tests.session_inspector.inspector.traffic import KNOWN, exchange, row, told


def set_language(value="a1", is_random=True, **data):
    kept = replace(told("site_a_session", value, "site_a"), is_random=is_random)
    return exchange("site_a", "/values/language/", method="POST", status=302, tells=[kept], after=row("a1", **data))


def test_a_language_lives_in_the_row_of_one_server():
    steps = [set_language(language="fr"), exchange("site_b", "/cart/add/", after=row("b1", cart={}))]
    assert where_does_it_live.check(steps).shown == {"site_b": "nothing", "cookie": "key"}


def test_a_language_that_comes_to_both_or_is_in_the_cookie_is_found_so():
    steps = [set_language(is_random=False), exchange("site_b", "/cart/add/", after=row("b1", language="fr"))]
    assert where_does_it_live.check(steps).shown == {"site_b": "same", "cookie": "value"}


@pytest.mark.parametrize(
    ("sends", "query", "after", "shown"),
    [
        ({"site_b_session": "b0"}, [("code", "x")], row("b1", **KNOWN), "callback"),
        ({"identity_session": "i1"}, [("code", "x")], row("b1", **KNOWN), "cookie"),
        ({"site_b_session": "b0"}, [], row("b1", **KNOWN), ""),
        ({"site_b_session": "b0"}, [("code", "x")], None, ""),
    ],
)
def test_which_message_made_the_second_site_know_somebody(sends, query, after, shown):
    callback = exchange("site_b", "/oidc/callback/", sends=sends, query=query, after=after)
    assert single_sign_on.check([callback, callback]).shown == {"message": shown}


@pytest.mark.parametrize(("after", "shown"), [(row("a1", **KNOWN), "works"), (None, "fails")])
def test_a_sign_in_works_if_the_row_names_somebody_after_the_callback(after, shown):
    callback = exchange("site_a", "/oidc/callback/", after=after)
    assert same_site_strict.check([callback]).shown == {"sign_in": shown}
