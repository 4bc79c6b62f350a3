"""One server as a visitor's traffic shows it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lab.servers import SITE_A, SITE_B
from session_inspector.inspector.observed.server_state import columns_of
from session_inspector.inspector.statement import Rule, Statement
from session_inspector.journal.participants import announce
from session_inspector.journal.schema import Refusal, Store
from tests.recorded import recorded, rewrite
from tests.session_inspector.inspector.traffic import (
    AGENT,
    ALICE,
    KNOWN,
    NOBODY,
    NOW,
    START,
    change,
    exchange,
    forgotten,
    row,
    told,
)


@pytest.fixture
def column(visitor):
    return lambda now=NOW: column_at(SITE_A, visitor, now)


def column_at(server, visitor, now=NOW):
    return next(column for column in columns_of(visitor, now) if column.server.name == server.name)


def signs_in(at=0.0, key="k1"):
    return exchange(
        at=at,
        path="/oidc/callback/",
        sends={"site_a_session": "k0"},
        tells=[told("site_a_session", key, "site_a")],
        before=row("k0", oidc_states={}),
        after=row(key, _auth_user_id="1"),
        user=ALICE,
    )


def test_nothing_asked_is_nothing_known(column):
    assert column().last is None
    assert column().recognised == ""
    assert column().verdict == Statement("not seen yet")
    assert column().reason == "nothing is recorded of this browser here"


def test_a_cookie_that_was_set_and_then_sent(column):
    first = exchange(tells=[told("site_a_session", "k1", "site_a")], after=row("k1", visits=1))
    second = exchange(at=1, sends={"site_a_session": "k1"}, before=row("k1", visits=1), after=row("k1", visits=1))
    held = column().session_cookie
    assert (held.first_set, held.last_set, held.sent) == (first, first, second)
    assert column().row.data == {"visits": 1}


def test_who_one_is_comes_from_the_row_that_the_cookie_leads_to(column):
    signed_in = signs_in()
    assert column().recognised == "alice"
    assert column().verdict == Statement("alice", (signed_in,), Rule.RECOGNISED)
    assert column().reason == ""
    assert column().history.was.key.starts == "k0"


def test_a_row_past_its_date_names_nobody(column):
    signs_in()
    late = column(START + timedelta(hours=25))
    assert late.recognised == ""
    assert late.reason == "a key, and a row past its expire date, which counts as none"


CAME = {"site_a_session": "k1"}
UNREADABLE_ROW = replace(row("k1"), is_readable=False)
FOR_ALICE = row("k1", **KNOWN)
FOR_NOBODY = [
    ({}, "no session cookie, so there is no row to look up"),
    ({"sends": CAME}, "a key, but no row for it"),
    ({"sends": CAME, "before": row("k1"), "after": row("k1")}, "there is a row, but no user in it"),
    (
        {"sends": CAME, "before": UNREADABLE_ROW, "after": UNREADABLE_ROW},
        "the row was there at 12:00:00 and could not be read",
    ),
    (
        {"sends": CAME, "before": FOR_ALICE, "after": FOR_ALICE, "user": NOBODY, "not_accepted": Refusal.DISABLED},
        "the user whom the row names is disabled",
    ),
    (
        {"sends": CAME, "before": FOR_ALICE, "user": NOBODY, "not_accepted": Refusal.GONE},
        "the user whom the row names is not in this server’s table any more",
    ),
    (
        {"sends": CAME, "before": FOR_ALICE, "after": row("k2"), "user": NOBODY, "not_accepted": Refusal.HASH},
        "the password hash in the row no longer fits",
    ),
    ({"sends": {"site_a_session": "k2"}, "before": FOR_ALICE, "after": FOR_ALICE}, "the cookie’s key is not that of"),
]


@pytest.mark.parametrize(("content", "reason"), FOR_NOBODY)
def test_why_a_server_takes_one_for_nobody(column, content, reason):
    entry = exchange(**content)
    assert column().verdict == Statement("not signed in", (entry,), Rule.RECOGNISED)
    assert column().reason.startswith(reason)


def test_a_cookie_that_was_told_to_be_forgotten_names_nobody(column):
    signs_in()
    out = exchange(
        at=1,
        path="/oidc/logout/",
        sends={"site_a_session": "k1"},
        tells=[forgotten("site_a_session", "site_a")],
        before=row("k1", _auth_user_id="1"),
        user=NOBODY,
    )
    assert column().recognised == ""
    assert column().session_cookie is None
    assert column().cookies["site_a_session"].forgotten == out
    assert column().gone == Statement("the row was deleted", (out,))


def test_a_cookie_that_comes_no_more_is_missed_though_nobody_said_to_forget_it(column):
    signs_in()
    without = exchange(at=1)
    assert column().cookies["site_a_session"].missing == without
    assert column().recognised == ""


def test_a_cookie_of_another_path_is_not_missed(column):
    exchange(tells=[told("site_a_other", "x", path="/elsewhere/")])
    exchange(at=1)
    assert column().cookies["site_a_other"].is_kept


def test_a_row_that_somebody_else_deletes_or_changes_is_followed(column):
    signs_in()
    change("changed", "k1", at=1, _auth_user_id="1", language="fr")
    assert column().row.data["language"] == "fr"
    gone = change("deleted", "k1", at=2)
    assert column().row is None
    assert column().gone == Statement("the row was deleted by something without its key", (gone,))


def test_a_row_that_a_logout_token_deletes_is_gone_by_identitys_word(column):
    signs_in()
    ended = change("deleted", "k1", at=1, by="/oidc/backchannel-logout/")
    assert column().gone == Statement("the row was deleted by a logout token", (ended,))


def test_a_change_of_another_row_is_none_of_this_browsers(column):
    signs_in()
    change("deleted", "k7", at=1)
    assert column().recognised == "alice"


def test_a_user_whom_the_view_did_not_accept_is_not_recognised(column):
    signs_in()
    kept = row("k1", _auth_user_id="1")
    exchange(at=1, sends={"site_a_session": "k1"}, before=kept, after=kept, user=NOBODY)
    assert column().recognised == ""


def test_without_a_cookie_the_user_agent_is_all_there_is_to_guess_by(column):
    exchange(visitor="")
    exchange(visitor="", agent="curl/8", at=1)
    assert column().is_guess
    assert column().verdict == Statement("not certain")
    assert column().last.exchange.headers["User-Agent"] == AGENT


def test_what_is_known_by_cookie_is_not_mixed_with_guesses(column):
    signs_in()
    exchange(visitor="", at=1)
    assert not column().is_guess
    assert column().recognised == "alice"


def test_a_new_value_and_a_new_beginning_are_told_apart(column):
    first = exchange(tells=[told("site_a_session", "k1", "site_a")], after=row("k1"))
    again = exchange(
        at=1,
        sends={"site_a_session": "k1"},
        tells=[told("site_a_session", "k2", "site_a")],
        before=row("k1"),
        after=row("k2"),
    )
    held = column().session_cookie
    assert (held.first_set, held.new_value, held.last_set) == (first, again, again)
    exchange(at=2, sends={"site_a_session": "k2"}, tells=[forgotten("site_a_session", "site_a")], before=row("k2"))
    anew = exchange(at=3, tells=[told("site_a_session", "k3", "site_a")], after=row("k3"))
    held = column().session_cookie
    assert (held.first_set, held.new_value) == (anew, None)


def test_who_one_is_comes_first_and_what_libraries_keep_comes_last(column):
    exchange(
        tells=[told("site_a_session", "k1", "site_a")],
        after=row("k1", oidc_states={}, language="fr", _auth_user_hash="h", _auth_user_id="1"),
    )
    assert [name for name, _ in column().telling_values] == ["_auth_user_id", "language"]
    assert [name for name, _ in column().other_values] == ["oidc_states", "_auth_user_hash"]


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({}, ["for 2 weeks", "Path=/", "HttpOnly", "SameSite=Lax", "no Domain"]),
        ({"max-age": ""}, ["until the browser closes", "Path=/", "HttpOnly", "SameSite=Lax", "no Domain"]),
        (
            {"max-age": "3600", "domain": "site-a.localhost"},
            ["for 1 hour", "Path=/", "HttpOnly", "SameSite=Lax", "Domain=site-a.localhost"],
        ),
    ],
)
def test_attributes_are_said_the_lifetime_first(column, attributes, words):
    one = told("site_a_session", "k1", "site_a", **attributes)
    one = replace(one, attributes={name: value for name, value in one.attributes.items() if value})
    exchange(tells=[one], after=row("k1"))
    assert column().session_cookie.attributes_in_short == words


def test_a_cookie_whose_lifetime_is_over_is_kept_no_more(column):
    exchange(tells=[told("site_a_session", "k1", "site_a", **{"max-age": "30"})], after=row("k1", _auth_user_id="1"))
    assert column(START + timedelta(seconds=29)).session_cookie
    late = column(START + timedelta(seconds=31))
    assert late.session_cookie is None
    assert late.cookies["site_a_session"].is_over


def test_a_request_that_was_under_way_when_the_key_changed_does_not_bring_the_old_one_back(column):
    signs_in(at=1)
    slow = exchange(at=0.5, path="/slow/", sends={"site_a_session": "k0"}, before=row("k0"), ms=3000.0)
    assert column().last == slow
    assert column().recognised == "alice"
    assert column().session_cookie.cookie.value.starts == "k1"


def test_of_two_jars_that_one_visitor_has_the_newest_is_shown(column):
    signs_in()
    for entry in recorded():
        rewrite(entry, jar="first")
    rewrite(exchange(at=1, sends={"site_a_csrftoken": "t"}), jar="second")
    assert column().recognised == ""
    assert list(column().cookies) == ["site_a_csrftoken"]


def test_a_later_request_without_a_cookie_is_said_to_be_one(column):
    exchange(visitor="", at=-1)
    signs_in()
    assert column().later_without_cookie is None
    stranger = exchange(visitor="", at=1)
    assert column().later_without_cookie == stranger
    assert column().recognised == "alice"


def test_a_possible_alias_is_shown_as_a_guess(visitor):
    exchange("site_b", visitor="v2", tells=[told("site_b_csrftoken", "t", "site_b")])
    column = column_at(SITE_B, replace(visitor, possible_aliases=("v2",)))
    assert column.is_guess
    assert list(column.cookies) == ["site_b_csrftoken"]


def test_a_session_that_a_restored_cookie_leads_to_is_told_as_itself(visitor):
    """bob signed in meanwhile: the time and the key before are those of alice's own sign-in."""
    alice = exchange(
        sends={"site_a_session": "a0"}, before=row("a0"), after=row("a1", **KNOWN), user=ALICE,
        tells=[told("site_a_session", "a1", "site_a")],
    )  # fmt: skip
    exchange(at=2, after=None)
    exchange(
        at=5, after=row("b1", _auth_user_id="2"), user={"id": "2", "name": "bob"},
        tells=[told("site_a_session", "b1", "site_a")],
    )  # fmt: skip
    exchange(at=9, sends={"site_a_session": "a1"}, before=row("a1", **KNOWN), after=row("a1", **KNOWN), user=ALICE)
    column = column_at(SITE_A, visitor)
    assert (column.recognised, column.history.signed_in) == ("alice", alice)
    assert (column.history.was.key, column.history.rotated) == (row("a0").key, alice)


def test_a_cookie_that_is_too_large_leaves_the_browser_with_the_one_before(column):
    signs_in()
    large = replace(told("site_a_session", "k2", "site_a"), size=4097)
    exchange(at=1, sends={"site_a_session": "k1"}, tells=[large], after=row("k2", **KNOWN), stored_as=Store.COOKIE)
    assert column().session_cookie.cookie.value.starts == "k1"
    assert column().recognised == ""
    assert column().reason == "the browser has another cookie than the server set last"


def test_a_first_cookie_that_is_too_large_is_not_there(column):
    exchange(tells=[replace(told("site_a_session", "k1", "site_a"), size=4097)], after=row("k1"))
    assert column().session_cookie is None


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        (Store.FILE, "a key, but no file for it"),
        (Store.CACHED_ROW, "a key, but no cached row for it"),
        (Store.COOKIE, "a cookie, but not one that this server accepts"),
    ],
)
def test_why_nobody_is_known_follows_from_what_the_server_keeps(column, store, reason):
    exchange(sends={"site_a_session": "k1"}, stored_as=store)
    assert column().store is store
    assert column().reason == reason


def test_what_another_run_answers_at_the_same_origin_takes_the_cookie_and_leaves_the_row(column):
    signs_in()
    usual = column().server
    other = announce(replace(usual, run="7"))
    forget = exchange(
        at=1,
        sends={"site_a_session": "k1"},
        tells=[forgotten("site_a_session", "site_a")],
        user=NOBODY,
        participant=other,
    )
    announce(usual)
    assert column().server == usual
    assert column().cookies["site_a_session"].forgotten == forget
    assert (column().recognised, column().user) == ("", ALICE)
    assert column().reason == "no session cookie, so there is no row to look up"


def test_another_run_at_another_origin_takes_nothing(column):
    signs_in()
    usual = column().server
    elsewhere = announce(replace(usual, run="7", origin="http://localhost:8001"))
    exchange(at=1, tells=[forgotten("site_a_session", "site_a")], participant=elsewhere)
    announce(usual)
    assert column().recognised
