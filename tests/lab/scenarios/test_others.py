"""What the checks say of other traffic than that of the lab's own browsers."""

from dataclasses import replace

import pytest

from lab.scenarios import (
    key_rotation,
    single_sign_on,
    stolen_cookie,
    two_names,
    where_does_it_live,
)
from lab.staging.verdicts import of_sign_in
from relying_party.failures import FAILURES
from session_inspector.journal.schema import Failure
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, exchange, row, told


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
    assert of_sign_in([callback]).shown == {"sign_in": shown}


@pytest.mark.parametrize(
    ("copied", "after", "shown"),
    [
        ({"user": NOBODY}, row("a1", language="fr", **KNOWN), {"old_key": "nothing", "language": "stays"}),
        ({"user": ALICE, "before": row("a0", **KNOWN)}, row("a1"), {"old_key": "alice", "language": "gone"}),
        ({"user": NOBODY, "before": row("a0")}, row("a1"), {"old_key": "language", "language": "gone"}),
    ],
)
def test_what_a_key_from_before_signing_in_opens(copied, after, shown):
    steps = [exchange("site_a")] * 3 + [exchange("site_a", **copied), exchange("site_a", after=after)]
    assert key_rotation.check(steps).shown == shown


@pytest.mark.parametrize("check", [stolen_cookie.who_is_curl, stolen_cookie.after_signing_out])
@pytest.mark.parametrize(("user", "shown"), [(ALICE, "alice"), (NOBODY, "nobody")])
def test_whom_a_site_takes_a_copy_for(check, user, shown):
    assert check([exchange("site_a"), exchange("site_a", user=user)]).shown == {"curl": shown}


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"after": row("a1", **KNOWN)}, "works"),
        ({"failed": Failure(FAILURES["other_issuer"][1], "")}, "site"),
        ({"failed": Failure(FAILURES["failed"][1], "")}, "identity"),
        ({}, ""),
    ],
)
def test_who_refuses_another_name(content, shown):
    callback = exchange("site_a", "/oidc/callback/", **content)
    assert two_names.check([callback]).shown == {"refuses": shown}
