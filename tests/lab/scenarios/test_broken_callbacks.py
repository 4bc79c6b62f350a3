"""What the checks say of other traffic than that of the lab's own browsers."""

import pytest

from lab.scenarios import broken_callbacks, shared_store
from relying_party.failures import FAILURES
from session_inspector.journal.schema import CheckedToken, Failure
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, exchange, row

SIGNED_IN = {"status": 302, "after": row("a1", **KNOWN)}


def callback(reason="", **content):
    failed = Failure(FAILURES[reason][1], "") if reason else None
    return exchange("site_a", "/oidc/callback/", failed=failed, **content)


@pytest.mark.parametrize(
    ("reason", "content", "shown"),
    [
        ("no_session_came_back", {"status": 400}, "refused"),
        ("", SIGNED_IN, "works"),
        ("other_issuer", {"status": 400}, ""),  # something else went wrong
    ],
)
def test_an_answer_without_the_session_in_which_it_began(reason, content, shown):
    assert broken_callbacks.lost_state([exchange(), callback(reason, **content)]).shown == {"site_a": shown}


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (SIGNED_IN, 403, "first"),
        (SIGNED_IN, 302, "both"),
        ({"status": 400}, 302, "second"),
        ({"status": 400}, 403, ""),
    ],
)
def test_two_tabs_that_sign_in(first, second, shown):
    form = exchange("identity", "/accounts/login/", method="POST", status=second)
    assert broken_callbacks.two_tabs([callback(**first), form]).shown == {"tabs": shown}


@pytest.mark.parametrize(
    ("reason", "shown"), [("unreachable", "site"), ("too_slow", "site"), ("", "works"), ("failed", "")]
)
def test_who_says_that_nobody_listens(reason, shown):
    assert broken_callbacks.unreachable([callback(reason)]).shown == {"page": shown}


@pytest.mark.parametrize(("status", "shown"), [(400, "identity"), (302, "back")])
def test_where_one_is_with_another_redirect_uri(status, shown):
    asked = exchange("identity", "/identity/o/authorize", status=status)
    assert broken_callbacks.other_redirect_uri([asked]).shown == {"page": shown}


@pytest.mark.parametrize(("user", "shown"), [(ALICE, "alice"), (NOBODY, "nobody")])
def test_who_one_is_where_two_sites_share_a_table(user, shown):
    page = exchange("site_b", user=user)
    assert shared_store.who_is_at_b([exchange(), page]).shown == {"site_b": shown}
    assert shared_store.who_is_at_a([exchange(), page]).shown == {"site_a": shown}


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"status": 400}, "identity"),
        ({"status": 302, "location": "http://site-a.localhost:8001/oidc/callback?error=x"}, "site"),
        ({"status": 302, "location": "/accounts/login/"}, "form"),
        ({"status": 200}, "form"),
    ],
)
def test_where_one_is_with_a_redirect_uri_that_lacks_its_slash(content, shown):
    content = {"location": None, **content}
    asked = exchange("identity", "/identity/o/authorize", **content)
    assert broken_callbacks.registered_otherwise([asked]).shown == {"page": shown}


@pytest.mark.parametrize(
    ("failed", "content", "shown"),
    [
        ("", SIGNED_IN, "works"),
        ("signature", {"status": 502}, "signature"),
        ("kid", {"status": 502}, "kid"),
        ("nonce", {"status": 502}, ""),
        (None, {"status": 502}, ""),
    ],
)
def test_what_became_of_a_key_that_changed_under_its_name(failed, content, shown):
    token = None if failed is None else CheckedToken({}, {}, (), failed, "")
    second = exchange("site_b", "/oidc/callback/", id_token=token, **content)
    assert broken_callbacks.changed_key([callback(), second]).shown == {"key": shown}
