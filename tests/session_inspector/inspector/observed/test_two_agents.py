"""One key, two User-Agents."""

import pytest

from session_inspector.inspector.observed.server_state import columns_of
from tests.page import text_of
from tests.session_inspector.inspector.traffic import AGENT, NOW, exchange, row

PHONE = "Mozilla/5.0 (Linux; Android 15) Chrome/156.0.0.0 Mobile Safari/537.36"


def comes(agent=AGENT, at=0.0, **cookies):
    cookies = {"site_a_session": "k1", "site_a_csrftoken": "c1"} | cookies
    sends = {name: value for name, value in cookies.items() if value}
    return exchange(at=at, agent=agent, sends=sends, before=row("k1"), after=row("k1"))


@pytest.fixture
def two(visitor):
    return lambda: columns_of(visitor, NOW)[1].two_agents


def test_a_browser_that_keeps_its_name_is_one(two):
    comes()
    comes(at=5)
    assert two() is None


def test_two_names_are_seen_and_no_more_follows_from_them(two):
    first, second = comes(), comes(PHONE, at=5)
    assert two().seen.entries == (first, second)
    assert AGENT in two().seen.text
    assert PHONE in two().seen.text
    assert (two().seen.grade, two().copied) == ("seen", None)


def test_two_names_at_one_moment_make_it_likely(two, client):
    comes()
    comes(PHONE, at=0.5)
    assert (two().copied, two().at_one_moment) == (None, True)
    assert "a guess The cookie was probably copied." in text_of(client.get("/", {"visitor": "v1"}))


@pytest.mark.parametrize("csrf", ["", "c2"])
def test_who_comes_without_the_other_cookie_has_copied_it(two, csrf):
    entries = comes(), comes(PHONE, at=5, site_a_csrftoken=csrf), comes(at=9)
    assert two().copied.entries == entries
    assert two().copied.grade == "follows"


def test_a_csrf_cookie_that_comes_later_is_no_evidence(two):
    comes(site_a_csrftoken="")
    comes(PHONE, at=5)
    assert two().copied is None


@pytest.mark.parametrize(
    "between",
    [
        {"headers": {"User-Agent": PHONE, "Sec-Fetch-Site": "cross-site"}},  # a Strict cookie stays behind
        {"path": "/elsewhere/"},  # the cookie may have a path
        {"more_cookies": 9},
    ],
)
def test_where_one_browser_may_leave_the_cookie_behind_nothing_follows(two, between):
    for at, agent in ((0, AGENT), (9, AGENT)):
        if at:
            exchange(at=5, sends={"site_a_session": "k1"}, before=row("k1"), after=row("k1"), agent=PHONE, **between)
        both = {"site_a_session": "k1", "site_a_csrftoken": "c1"}
        exchange(path="/app/", at=at, agent=agent, sends=both, before=row("k1"), after=row("k1"))
    assert two().copied is None


def test_a_cookie_that_was_deleted_is_no_evidence(two):
    comes()
    comes(PHONE, at=5, site_a_csrftoken="")
    assert two().copied is None
