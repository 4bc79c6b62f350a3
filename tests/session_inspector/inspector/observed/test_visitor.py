"""Who the visitors are, and which of them is looking."""

import pytest

from session_inspector.inspector.observed import queries
from session_inspector.inspector.observed.visitor import chosen_visitor, recent_visitors
from tests.session_inspector.inspector.traffic import AGENT, ALICE, change, exchange

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


def chosen(request):
    return chosen_visitor(request, recent_visitors(request))


def test_the_newest_visitor_with_ones_own_user_agent_is_this_browser(asks):
    exchange(visitor="old")
    exchange(visitor="new", at=1)
    exchange(visitor="fox", at=2, agent=FIREFOX)
    assert (chosen(asks()).name, chosen(asks(FIREFOX)).name) == ("new", "fox")
    recent = recent_visitors(asks())
    assert [(one.name, one.is_here) for one in recent] == [
        ("fox", False),
        ("new", True),
        ("old", True),
    ]


def test_one_who_has_no_cookie_yet_is_a_visitor_without_a_name(asks):
    exchange(visitor="fox", agent=FIREFOX)
    assert (chosen(asks()).name, chosen(asks()).is_here) == ("", True)


def test_the_address_may_name_another(asks):
    exchange(visitor="old")
    exchange(visitor="fox", at=1, agent=FIREFOX, user=ALICE)
    other = chosen(asks(visitor="fox"))
    assert (other.name, other.is_here, other.browser, other.people) == ("fox", False, "Firefox", ("alice",))


def test_a_tab_stays_with_the_visitor_whom_it_has_shown(asks):
    exchange(visitor="alice", user=ALICE)
    exchange(visitor="bob", at=1, user={"id": "2", "name": "bob"})
    assert chosen(asks()).name == "bob"
    assert chosen(asks(stay="alice")).name == "alice"
    assert chosen(asks(stay="gone")).name == "bob"


def test_a_first_visit_elsewhere_does_not_make_one_somebody_else(asks):
    """Only a sign-in ties the jars of two servers together."""
    exchange("site_a", visitor="alice", user=ALICE)
    exchange("site_b", visitor="new", at=1)
    assert (chosen(asks()).name, chosen(asks()).possible_aliases) == ("alice", ("new",))


def test_of_two_jars_of_one_server_neither_is_an_alias_of_the_other(asks):
    exchange("site_a", visitor="alice", user=ALICE)
    exchange("site_a", visitor="new", at=1)
    assert (chosen(asks()).name, chosen(asks()).possible_aliases) == ("new", ())


def test_two_people_are_never_one_visitor(asks):
    exchange("site_a", visitor="alice", user=ALICE)
    exchange("site_b", visitor="bob", at=1, user={"id": "2", "name": "bob"})
    assert (chosen(asks()).name, chosen(asks()).possible_aliases) == ("bob", ())


def test_a_name_that_nobody_has_shows_nobody(asks):
    exchange(visitor="v1")
    assert chosen(asks(visitor="gone")).last is None


def test_of_very_many_entries_the_newest_say_who_is_there(asks, monkeypatch):
    monkeypatch.setattr(queries, "MAX_LOOKED_AT", 3)
    for n, name in enumerate(("a", "b", "b", "c")):
        exchange(visitor=name, at=n)
    assert [one.name for one in recent_visitors(asks())] == ["c", "b"]
    assert chosen(asks(visitor="a")).last


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (FIREFOX, "Firefox"),
        (AGENT, "Chrome or Chromium"),
        (f"{AGENT} Edg/156.0", "Edge"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15", "Safari"),
        ("curl/8.5.0", "curl"),
        ("", "Another program"),
    ],
)
def test_a_browser_is_called_by_what_its_user_agent_says(asks, agent, browser):
    exchange(visitor="v1", agent=agent)
    assert recent_visitors(asks())[0].browser == browser


def test_a_session_change_alone_says_nothing_of_a_browser(asks):
    change("deleted", "k1", visitor="v1")
    (one,) = recent_visitors(asks())
    assert (one.agent, one.is_here, one.people) == ("", False, ())
