"""What the checks say of a script that looks for a key, and of a key that is copied."""

import pytest

from lab.scenarios import stolen_cookie
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, exchange, row

KEY = {"site_a_session": "a1"}


def ran(seen):
    return exchange("site_a", "/visitors/", method="POST", sends=KEY, form=[("name", seen)])


@pytest.mark.parametrize(
    ("seen", "shown"),
    [("site_a_csrftoken site_a_session", "seen"), ("site_a_csrftoken", "hidden"), ("not_site_a_session", "hidden")],
)
def test_whether_a_script_saw_the_key(seen, shown):
    assert stolen_cookie.what_the_script_sees([exchange(), ran(seen)]).shown == {"script": shown}


@pytest.mark.parametrize(
    ("seen", "data", "shown"),
    [
        ("site_a_session", {"language": "fr"}, "key"),
        ("", {"language": "fr"}, "acts"),
        ("", {"language": "en"}, "nothing"),
        ("", {}, "nothing"),
    ],
)
def test_what_a_script_did(seen, data, shown):
    steps = [exchange(), ran(seen), exchange("site_a", "/values/", after=row("a1", **data))]
    assert stolen_cookie.what_the_script_does(steps).shown == {"script": shown}


@pytest.mark.parametrize(
    ("after", "user", "shown"),
    [(row("a1", **KNOWN), ALICE, "alice"), (row("a1", **KNOWN), NOBODY, "nobody"), (None, NOBODY, "fails")],
)
def test_who_has_a_secure_cookie(after, user, shown):
    steps = [exchange("site_a", "/oidc/callback/", after=after), exchange(), exchange("site_a", user=user)]
    assert stolen_cookie.who_has_a_secure_cookie(steps).shown == {"curl": shown}
