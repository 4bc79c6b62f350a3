"""Why a session that was there is not found any more, or not read: only where records show it."""

from dataclasses import replace

import pytest

from session_inspector.inspector.observed.server_state import columns_of
from session_inspector.inspector.side_by_side import sentences
from session_inspector.inspector.statement import Rule
from session_inspector.journal.participants import announce
from session_inspector.journal.schema import Fault, Store
from session_inspector.participant import Participant
from tests.page import text_of
from tests.recorded import configure
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOW, change, exchange, row, told

SHOP = Participant("shop", "http://localhost:8001", "the shop", session_cookie="shop_session", engine="db")
BEFORE = {"place": "database default, old/db.sqlite3#1", "signed_with": "aaaa"}
UNREAD = replace(row("k1"), is_readable=False, fault=Fault.SIGNATURE)


@pytest.fixture
def journal_of_this_test(journal, settings):
    configure(settings, recording=True)


def settings_are(**fields):
    """The shop is started with these; the number that its entries name."""
    return announce(Participant(**{**vars(SHOP), **BEFORE, **fields}))


def sign_in(number, **content):
    return exchange(
        "shop", tells=[told("shop_session", "k1", "shop")], after=row("k1", **KNOWN), user=ALICE, participant=number,
        **content,
    )  # fmt: skip


def come_back(number, **content):
    return exchange("shop", at=1, sends={"shop_session": "k1"}, participant=number, **content)


@pytest.fixture
def said(visitor):
    """The column of the shop, and what stands over the columns."""

    def said_now():
        (column,) = columns_of(visitor, NOW)
        return column, sentences.of_columns([column])

    return said_now


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        (
            {},
            {"place": "database default, new/db.sqlite3#2"},
            "it was in database default, old/db.sqlite3#1, and was looked for in database default, new/db.sqlite3#2",
        ),
        ({}, {"engine": "cache"}, "the engine was db when it was made, and cache when it was looked for"),
    ],
)
def test_a_row_that_is_looked_for_elsewhere(said, then, now, why):
    first = sign_in(settings_are(**then))
    second = come_back(settings_are(**now))
    column, over = said()
    assert over.text == f"The shop: no row was found at 12:00:01: {why}."
    assert (over.entries, over.rule) == ((first, second), Rule.PLACE)
    assert column.reason == f"no row was found at 12:00:01: {why}"


def test_a_cookie_that_another_key_has_signed(said):
    sign_in(settings_are(engine="signed_cookies", place=""), stored_as=Store.COOKIE)
    come_back(settings_are(engine="signed_cookies", place="", signed_with="bbbb"), stored_as=Store.COOKIE)
    assert said()[1].text == "The shop: the cookie was refused at 12:00:01: another SECRET_KEY signed it."


def test_a_session_in_the_memory_of_another_process(said):
    number = settings_are(engine="cache", place="cache default, LocMemCache#1")
    sign_in(number, stored_as=Store.CACHE_ENTRY, process=41)
    come_back(number, stored_as=Store.CACHE_ENTRY, process=42)
    why = "it was in the memory of process 41, and process 42 looked in its own"
    assert said()[1].text == f"The shop: no cache entry was found at 12:00:01: {why}."


def test_a_row_that_another_key_has_signed(said):
    first = sign_in(settings_are())
    second = come_back(settings_are(signed_with="bbbb"), before=UNREAD, after=UNREAD)
    column, over = said()
    why = "the row was there at 12:00:01 and could not be read: another SECRET_KEY signed it"
    assert (column.reason, over.text) == (why, f"The shop: {why}.")
    assert (over.entries, over.rule) == ((first, second), Rule.PLACE)


def test_that_is_still_said_once_the_row_has_been_written_over(said):
    sign_in(settings_are())
    number = settings_are(signed_with="bbbb")
    come_back(number, before=UNREAD, after=row("k1", visits=1))
    exchange(
        "shop", at=2, sends={"shop_session": "k1"}, before=row("k1", visits=1), after=row("k1", visits=2),
        participant=number,
    )  # fmt: skip
    assert "another SECRET_KEY signed it" in said()[0].reason


def test_the_ladder_says_that_it_was_there(client):
    sign_in(settings_are())
    come_back(settings_are(), before=UNREAD, after=row("k1", visits=1))
    page = text_of(client.get("/ladder/", {"visitor": "v1"}))
    assert "The shop could not read the row, so it did not know you" in page
    assert "the row could not be read, and Django took it for empty" in page
    assert "the row was overwritten" in page


def test_whoever_has_signed_in_since_lost_nothing(said):
    sign_in(settings_are())
    number = settings_are(signed_with="bbbb")
    come_back(number, before=UNREAD, after=row("k1", visits=1))
    exchange(
        "shop", at=2, sends={"shop_session": "k1"}, before=row("k1", visits=1), after=row("k2", **KNOWN), user=ALICE,
        tells=[told("shop_session", "k2", "shop")], participant=number,
    )  # fmt: skip
    column, over = said()
    assert (column.lost, column.recognised) == (None, "alice")
    assert over.text == "One session cookie, at the shop."


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SIGNATURE, "its signature does not fit. Usual: another SECRET_KEY signed it"),
        (Fault.CONTENT, "its signature fits, and its content does not. Usual: another SESSION_SERIALIZER wrote it"),
        (None, "its signature or its content does not fit"),
    ],
)
def test_where_no_record_shows_another_key_the_usual_cause_is_only_usual(said, fault, why):
    sign_in(settings_are())
    unread = replace(UNREAD, fault=fault)
    second = come_back(settings_are(), before=unread, after=unread)
    _, over = said()
    assert over.text == f"The shop: the row was there at 12:00:01 and could not be read: {why}."
    assert (over.entries, over.rule) == ((second,), None)


def begin_at(host, **content):
    cookie = told("shop_session", "k1", "shop")
    return exchange("shop", "/login/", headers={"Host": host}, tells=[cookie], after=row("k1", state="s"), **content)


def answer_at(host, **content):
    asked = {"query": [("state", "s"), ("code", "c")], "status": 400, "headers": {"Host": host}} | content
    return exchange("shop", "/callback/", at=1, **asked)


def test_a_sign_in_that_came_back_to_another_name_of_the_server(said):
    announce(SHOP)
    began = begin_at("127.0.0.1:8001", journey="j1", jar="one")
    back = answer_at("localhost:8001", journey="j1")
    column, over = said()
    why = "the sign-in began at 127.0.0.1 and came back to localhost at 12:00:01, without its cookie"
    assert (column.reason, over.text) == (why, f"The shop: {why}.")
    assert (over.entries, over.rule) == ((began, back), Rule.HOST)


@pytest.mark.parametrize(
    "back",
    [
        {"host": "127.0.0.1:9000"},  # only the port is another
        {"host": "localhost:8001", "journey": "j2"},
        {"host": "localhost:8001", "query": [("state", "s")]},
        {"host": "localhost:8001", "sends": {"shop_session": "k1"}, "before": row("k1"), "after": row("k1")},
        {"host": "localhost:8001", "after": row("k2", **KNOWN), "user": ALICE},
    ],
)
def test_of_any_other_answer_that_is_not_said(said, back):
    announce(SHOP)
    begin_at("127.0.0.1:8001", journey="j1")
    answer_at(**{"journey": "j1"} | back)
    assert said()[0].lost is None


@pytest.mark.parametrize("fields", [{}, {"place": ""}, {"engine": ""}])
def test_where_nothing_is_known_to_differ_nothing_is_said(said, fields):
    sign_in(settings_are())
    come_back(settings_are(**fields))
    assert said()[0].lost is None


def test_of_a_row_that_was_deleted_before_no_place_is_blamed(said):
    sign_in(settings_are())
    change("deleted", "k1", "shop", at=0.5)
    come_back(settings_are(place="elsewhere"))
    assert said()[0].lost is None


def test_nor_of_one_that_signing_out_has_deleted(said):
    number = settings_are()
    sign_in(number)
    come_back(number, before=row("k1", **KNOWN))
    exchange("shop", at=2, sends={"shop_session": "k1"}, participant=settings_are(place="elsewhere"))
    assert said()[0].lost is None
