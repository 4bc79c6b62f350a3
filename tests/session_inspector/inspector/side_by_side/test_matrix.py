"""Which cookie went where."""

import pytest

from session_inspector.inspector.observed.server_state import columns_of
from session_inspector.inspector.side_by_side.matrix import matrix_of
from tests.session_inspector.inspector.traffic import START, exchange, forgotten, row, told


@pytest.fixture
def cells(visitor):
    """``(name, server) -> mark, words, what is inferred``."""

    def cells_now():
        matrix = matrix_of(columns_of(visitor, START))
        return {
            (row.name, cell.server.name): (cell.mark, [words for words, _ in cell.seen], str(cell.inferred or ""))
            for row in (*matrix.of_sessions, *matrix.others)
            for cell in row.cells
        }

    return cells_now


def a_session_at(server, at=0.0, **content):
    name, key = f"{server}_session", f"{server[-1]}1"
    exchange(server, at=at, tells=[told(name, key, server)], after=row(key), **content)
    exchange(server, at=at + 0.5, sends={name: key}, before=row(key), after=row(key))


def test_a_cookie_went_to_the_server_that_set_it_and_to_no_other(cells):
    for n, server in enumerate(("site_a", "site_b", "site_a", "identity")):
        a_session_at(server, at=n)
    assert cells()["site_b_session", "site_b"] == ("yes", ["set", "sent"], "")
    assert cells()["site_b_session", "site_a"] == ("no", ["not sent"], "another host")


def test_where_nothing_was_asked_since_nothing_is_seen_and_the_rest_is_inferred(cells):
    a_session_at("site_a")
    a_session_at("site_b", at=5)
    assert cells()["site_b_session", "site_a"] == ("unknown", ["nothing asked since"], "another host")
    assert cells()["site_a_session", "identity"] == ("unknown", ["nothing asked since"], "another host")
    assert cells()["site_a_session", "site_b"] == ("no", ["not sent"], "another host")


def test_a_cookie_that_reached_another_server_is_seen_there_and_nothing_is_inferred(cells):
    a_session_at("site_a")
    exchange("site_b", at=3, sends={"site_a_session": "a1"})
    assert cells()["site_a_session", "site_b"] == ("yes", ["sent"], "")


def test_a_cookie_of_a_program_that_is_none_of_the_lab_has_no_reason_to_go_anywhere(cells):
    exchange(sends={"sessionid": "x"})
    exchange("site_b", at=1)
    assert cells()["sessionid", "site_a"] == ("yes", ["sent"], "")
    assert cells()["sessionid", "site_b"] == ("no", ["not sent"], "")


def test_forgetting_is_seen_too(cells):
    a_session_at("site_a")
    exchange(at=2, sends={"site_a_session": "a1"}, tells=[forgotten("site_a_session", "site_a")], before=row("a1"))
    assert cells()["site_a_session", "site_a"] == ("yes", ["set", "sent", "told to forget it"], "")
    exchange(at=3)
    a_session_at("site_b", at=4)
    exchange("site_b", at=5)
    assert cells()["site_b_session", "site_b"] == ("yes", ["set", "sent", "came no more"], "")


def test_session_cookies_stand_before_the_others_in_the_order_of_the_servers(cells):
    both = [told("site_a_csrftoken", "c", "site_a"), told("site_a_session", "a", "site_a")]
    exchange("site_a", tells=both, after=row("a"))
    exchange("identity", at=1, tells=[told("identity_session", "i", "identity")], after=row("i"))
    names = list(dict.fromkeys(name for name, _ in cells()))
    assert names == ["identity_session", "site_a_session", "site_a_csrftoken"]


def test_a_guess_is_no_evidence(cells):
    a_session_at("site_a")
    exchange("site_b", at=3, visitor="")
    assert cells()["site_a_session", "site_b"] == ("unknown", ["nothing asked since"], "another host")


def test_what_was_asked_before_the_cookie_was_seen_is_no_evidence_either(cells):
    exchange("site_b", at=0, sends={"site_b_session": "b1"}, before=row("b1"), after=row("b1"))
    exchange("site_a", at=1, sends={"site_a_session": "a1"}, before=row("a1"), after=row("a1"))
    assert cells()["site_a_session", "site_b"][0] == "unknown"


def test_of_a_cookie_for_a_whole_domain_nothing_is_inferred(cells):
    exchange("site_a", tells=[told("site_a_session", "a1", "site_a", domain="site-a.localhost")], after=row("a1"))
    exchange("site_b", at=1, sends={"site_b_csrftoken": "t"})
    assert cells()["site_a_session", "site_b"] == ("no", ["not sent"], "")


@pytest.fixture
def devtools(visitor):
    """``name -> what the browser's devtools must show of that cookie``."""

    def devtools_now():
        matrix = matrix_of(columns_of(visitor, START))
        return {row.name: [str(said) for _, said in row.in_devtools] for row in (*matrix.of_sessions, *matrix.others)}

    return devtools_now


def test_what_the_devtools_must_show_is_what_was_set_and_not_forgotten(devtools):
    exchange(tells=[told("site_a_session", "a1a1a1", "site_a")], after=row("a1a1a1"))
    assert devtools()["site_a_session"] == ["a1a1a1… · for 2 weeks · Path=/ · HttpOnly · SameSite=Lax · no Domain"]
    exchange(
        at=2,
        sends={"site_a_session": "a1a1a1"},
        tells=[forgotten("site_a_session", "site_a")],
        before=row("a1a1a1"),
    )
    assert devtools()["site_a_session"] == ["no cookie of that name"]


def test_of_what_only_came_nothing_but_the_value_is_known(devtools):
    exchange(sends={"sessionid": "x1x1x1"})
    assert devtools()["sessionid"] == ["x1x1x1…"]
