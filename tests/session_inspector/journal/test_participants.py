"""Who takes part, as the recorders have said it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from session_inspector.journal import database, participants
from session_inspector.journal.database import execute
from session_inspector.journal.participants import (
    Announced,
    announce,
    lanes,
    owners_of,
    participant_at,
    participant_named,
    provider,
    writer_of,
)
from session_inspector.journal.queries import add, empty
from session_inspector.journal.schema import Entry, Masked, SessionChange, SessionRow
from session_inspector.participant import OPENID_PROVIDER, RELYING_PARTY, Participant
from tests.recorded import number_of_entries
from tests.session_inspector.journal.each_engine import remove

pytestmark = pytest.mark.usefixtures("journal")

IDENTITY = Participant("identity", "http://identity.test:8000", "Identity", OPENID_PROVIDER, session_cookie="i_session")
SHOP = Participant("shop", "http://shop.test:8001", "the shop", RELYING_PARTY, session_cookie="sessionid")
BLOG = Participant("blog", "http://blog.test:8002", "the blog", RELYING_PARTY, session_cookie="sessionid")


@pytest.fixture(autouse=True)
def each_by_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(participants, "announced", Announced())


def names():
    return [one.name for one in participants.participants()]


def written_by(number: int, server: str) -> Entry:
    row = SessionRow(Masked("", "0" * 16), {}, None)
    entry = Entry(datetime.now(UTC), server, SessionChange("made", row), participant=number)
    add(entry)
    return entry


def test_nobody_takes_part_before_anybody_has_said_so():
    assert names() == []
    assert provider() is None
    assert lanes() == ()


def test_they_stand_in_the_order_in_which_they_appeared_with_letters_and_colours_of_their_own():
    for one in (SHOP, IDENTITY, BLOG):
        announce(one)
    assert [(one.name, one.letter, one.colour) for one in participants.participants()] == [
        ("shop", "A", 1), ("identity", "B", 2), ("blog", "C", 3),
    ]  # fmt: skip


def test_who_asks_for_a_letter_or_a_colour_has_it():
    announce(SHOP)
    announce(replace(IDENTITY, letter="I", colour=1))
    assert [(one.name, one.letter, one.colour) for one in participants.participants()] == [
        ("identity", "I", 1), ("shop", "A", 2),
    ]  # fmt: skip


def test_more_than_the_palette_has_colours_for_all_the_same():
    for n in range(12):
        announce(replace(SHOP, name=f"shop{n}", origin=f"http://shop{n}.test"))
    assert len(names()) == 12
    assert {one.colour for one in participants.participants()} <= set(range(1, participants.COLOURS + 1))


def test_the_provider_stands_between_the_others():
    for one in (IDENTITY, SHOP, BLOG):
        announce(one)
    assert [one.name for one in lanes()] == ["shop", "identity", "blog"]
    assert provider() == IDENTITY


def test_one_is_found_by_its_host_and_by_its_name():
    announce(SHOP)
    assert participant_at("shop.test:8001") == participant_at("shop") == participant_named("shop") == SHOP
    assert participant_at("shop.test:8002") is None


def test_a_cookie_name_may_be_that_of_two():
    for one in (IDENTITY, SHOP, BLOG):
        announce(one)
    assert owners_of("i_session") == [IDENTITY]
    assert owners_of("sessionid") == [SHOP, BLOG]
    assert owners_of("theme") == []


def test_they_are_kept_when_the_journal_is_emptied():
    written_by(announce(SHOP), "shop")
    empty()
    assert number_of_entries() == 0
    assert names() == ["shop"]


def test_saying_the_same_again_is_the_same_version_also_from_another_process(monkeypatch):
    first = announce(SHOP)
    monkeypatch.setattr(participants, "announced", Announced())
    assert announce(SHOP) == first


def test_a_changed_cookie_name_is_another_version_and_old_entries_keep_theirs():
    old = written_by(announce(SHOP), "shop")
    new = written_by(announce(replace(SHOP, session_cookie="shop_session")), "shop")
    assert names() == ["shop"]
    assert (writer_of(old).session_cookie, writer_of(new).session_cookie) == ("sessionid", "shop_session")
    assert owners_of("sessionid") == []


def test_one_that_begins_at_another_port_takes_the_place_of_the_one_that_was():
    old = written_by(announce(SHOP), "shop")
    announce(replace(SHOP, origin="http://shop.test:9001"))
    assert [one.origin for one in participants.participants()] == ["http://shop.test:9001"]
    assert writer_of(old).origin == "http://shop.test:8001"


def test_two_of_one_name_that_both_go_on_are_two():
    first = announce(SHOP)
    announce(replace(SHOP, origin="http://shop.test:9001"))
    written_by(first, "shop")
    assert {one.origin for one in participants.participants()} == {"http://shop.test:8001", "http://shop.test:9001"}


def test_another_run_at_the_same_address_is_another_participant():
    number = announce(SHOP)
    entry = written_by(number, "shop")
    announce(replace(SHOP, run="clash-1", session_cookie="shared"))
    assert [(one.name, one.run) for one in participants.participants()] == [("shop", "clash-1")]
    assert writer_of(entry) == SHOP
    assert writer_of(entry).session_cookie == "sessionid"


def test_who_was_silent_for_a_day_while_others_were_not_takes_part_no_more():
    number = announce(BLOG)
    yesterday = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=25)
    execute("UPDATE journal_participant SET at = %s WHERE id = %s", yesterday.isoformat(" "), number)
    assert names() == ["blog"]  # where nobody else is, nobody was longer there
    announce(SHOP)
    assert names() == ["shop"]
    written_by(number, "blog")
    assert set(names()) == {"shop", "blog"}


def test_an_entry_of_nobody_who_was_ever_heard_of_has_its_name():
    assert writer_of(written_by(0, "stranger")).title == "stranger"


def test_what_a_participant_said_and_nobody_can_read_is_left_out():
    announce(SHOP)
    execute("INSERT INTO journal_participant (name, origin, at, after, content) VALUES ('x', 'x', 'x', 0, 'x')")
    execute("INSERT INTO journal_participant (name, origin, at, after, content) VALUES ('x', 'x', '', 0, '[]')")
    assert names() == ["shop"]


def test_a_journal_that_was_made_anew_is_told_again():
    announce(SHOP)
    database.close()
    remove()
    announce(SHOP)
    assert names() == ["shop"]


@pytest.mark.parametrize(
    ("origin", "netloc", "host"),
    [
        ("http://shop.localhost:8002", "shop.localhost:8002", "shop.localhost"),
        ("https://shop.example", "shop.example", "shop.example"),
        ("", "", ""),
    ],
)
def test_the_host_is_that_of_the_origin(origin, netloc, host):
    shop = replace(SHOP, origin=origin)
    assert (shop.netloc, shop.host) == (netloc, host)


def test_a_page_that_is_asked_for_often_knows_at_once_who_has_come(monkeypatch):
    announce(SHOP)
    first = participants.recent_roll()
    assert participants.recent_roll() is first
    announce(BLOG)
    assert [one.name for one in participants.recent_roll().present] == ["shop", "blog"]
    monkeypatch.setattr(participants, "MAX_AGE", -1)
    assert participants.recent_roll() is not participants.recent_roll()


def test_who_takes_part_is_said_with_the_first_entry_of_a_journal_that_is_made_anew():
    announce(SHOP)
    remove()
    announce(SHOP)
    assert names() == ["shop"]
