from dataclasses import replace
from itertools import count

import pytest
from django.db import DatabaseError, OperationalError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.journal import attribution, database, joins, writer
from session_inspector.journal.attribution import merge_visitors
from session_inspector.journal.joins import Why, joins_of
from session_inspector.journal.participants import announce
from session_inspector.journal.queries import (
    add,
    earlier_in_jar,
    empty,
    first_with_key,
    forget_up_to,
    newest_id,
)
from session_inspector.journal.schema import Address, Cookie, Entry, Exchange, Masked
from session_inspector.journal.writer import append
from session_inspector.participant import Participant
from tests.recorded import number_of_entries, recorded, spoil
from tests.session_inspector.journal.each_engine import (
    by_another,
    is_answered_by_an_index,
    let_everybody_write,
    let_nobody_write,
    set_version,
)


@pytest.fixture(autouse=True)
def nothing_waits(journal, monkeypatch):
    monkeypatch.setattr(writer, "failing_since", None)
    monkeypatch.setattr(writer, "has_warned", False)
    monkeypatch.setattr(writer, "resting_until", 0.0)


def captured_queries():
    newest_id()  # opens the journal
    return CaptureQueriesContext(database.opened.connection)


def asked(captured):
    """The statements but for those that keep others together, or ask whether the journal was made anew."""
    besides = ("BEGIN", "COMMIT", "SELECT coalesce(to_regclass")
    return [query["sql"] for query in captured if not query["sql"].startswith(besides)]


def entry(server="site_a", path="/", cookies=(), **fields):
    record = Exchange(
        channel="front", method="GET", path=path, query=(), form=(), cookies=cookies, more_cookies=0, status=200, ms=1,
        headers={}, set_cookies=(), type="", location=None, before=None, after=None, user=None,
    )  # fmt: skip
    return Entry(timezone.now(), server, record, **fields)


def kept(server="site_a", **fields):
    one = entry(server, **fields)
    append(one)
    return one


def test_a_key_makes_a_visitor_whom_every_later_exchange_with_that_key_belongs_to():
    first, second = kept(set_key="k1"), kept(sent_key="k1")
    assert first.visitor
    assert second.visitor == first.visitor


def test_a_visitor_is_followed_when_the_key_changes():
    first = kept(set_key="k1")
    kept(sent_key="k1", set_key="k2")
    assert kept(sent_key="k2").visitor == first.visitor


def test_when_the_journal_is_emptied_everybody_stays_who_they_are():
    first = kept(set_key="k1", csrf="c1", journey="j")
    at_identity = kept("identity", set_key="i1", journey="j")
    empty()
    assert kept(sent_key="k1").visitor == kept("identity", sent_key="i1").visitor == first.visitor
    assert kept(sent_key="other", csrf="c1").jar == first.jar
    assert kept("identity", sent_key="k1").visitor != at_identity.visitor  # a key says nothing at another server
    assert kept(sent_key="unheard").visitor != first.visitor


def test_the_csrf_cookie_tells_who_it_is_after_the_session_has_ended():
    first = kept(set_key="k1", csrf="c1")
    assert kept(sent_key="k1", csrf="c1").visitor == first.visitor
    assert kept(csrf="c1").visitor == first.visitor


def test_the_same_key_at_another_server_is_somebody_else():
    assert kept(set_key="k1").visitor != kept("site_b", sent_key="k1").visitor


CODE = (("code", Masked("c0de", "c" * 16)),)


def test_whoever_redeems_a_code_without_a_cookie_is_of_the_sign_in_in_which_a_browser_was_given_it():
    given = entry("identity", set_key="i1", journey="j")
    given.record = replace(given.record, location=Address("http://localhost:3000/callback", CODE))
    append(given)
    of_nobody = entry("identity", "/token")
    redeemed, elsewhere, with_a_cookie = (
        entry("identity", "/token"), entry("site_a", "/token"), entry("identity", "/token", sent_key="i2"),
    )  # fmt: skip
    for one in (redeemed, elsewhere, with_a_cookie):
        one.record = replace(one.record, form=CODE)
    for one in (redeemed, elsewhere, with_a_cookie, of_nobody):
        append(one)
    assert (redeemed.journey, redeemed.visitor, redeemed.jar) == ("j", given.visitor, "")
    assert [one.journey for one in (elsewhere, with_a_cookie, of_nobody)] == ["", "", ""]


def cookie_of(name, fingerprint, role=""):
    return Cookie(name, Masked("", fingerprint), role)


@pytest.fixture
def two_servers():
    for name in ("site_a", "site_b"):
        announce(Participant(name, f"http://localhost:{name}"))


@pytest.mark.usefixtures("two_servers")
def test_a_key_that_one_server_set_and_another_was_sent_is_one_visitors():
    first = kept(set_key="k1", csrf="c1")
    by_key = kept("site_b", cookies=(cookie_of("site_a_session", "k1"),))
    by_csrf = kept("site_b", cookies=(cookie_of("site_a_csrftoken", "c1"),))
    of_one_name = kept("site_b", sent_key="k1", cookies=(cookie_of("sessionid", "k1", "session"),))
    assert {by_key.visitor, by_csrf.visitor, of_one_name.visitor} == {first.visitor}
    assert first.jar not in (by_key.jar, by_csrf.jar, of_one_name.jar)


@pytest.mark.usefixtures("two_servers")
def test_a_key_that_finds_nothing_at_a_server_which_knows_the_browser_may_be_a_neighbours():
    csrf = cookie_of("site_b_csrftoken", "c2", "csrf")
    here = kept("site_b", csrf="c2", cookies=(csrf,))
    neighbours = kept(set_key="k1", csrf="c1")
    assert here.visitor != neighbours.visitor
    lost = kept("site_b", sent_key="k1", csrf="c2", cookies=(cookie_of("sessionid", "k1", "session"), csrf))
    assert lost.jar == here.jar
    assert {one.visitor for one in recorded()} == {lost.visitor}


@pytest.mark.usefixtures("two_servers")
def test_a_value_that_many_have_joins_nobody():
    first = kept(set_key="k1", cookies=(cookie_of("theme", "dark"),))
    second = kept("site_b", set_key="k2", cookies=(cookie_of("theme", "dark"),))
    assert first.visitor != second.visitor


def test_a_jar_is_followed_when_signing_in_changes_the_csrf_cookie():
    first = kept(csrf="c1")
    cookie = Cookie("site_a_csrftoken", Masked("", "c1"), "csrf")
    second = kept(csrf="c2", set_key="k1", cookies=(cookie,))
    assert (second.jar, second.visitor) == (first.jar, first.visitor)


def test_a_journey_joins_what_two_servers_saw_to_one_visitor_and_leaves_the_jars_apart():
    at_site = kept(set_key="k1")
    at_identity = kept("identity", set_key="i1")
    assert at_site.visitor != at_identity.visitor
    kept(sent_key="k1", journey="j1")
    kept("identity", sent_key="i1", journey="j1")
    assert len({entry.visitor for entry in recorded()}) == 1
    assert len({entry.jar for entry in recorded()}) == 2


def test_two_jars_that_come_to_a_server_in_turns_are_of_two_browsers_whatever_joined_them():
    alice = kept(set_key="a1", journey="j1")
    kept("identity", set_key="i1", journey="j1")
    stranger = kept(set_key="m1")
    assert kept(sent_key="m1", journey="j1").visitor == alice.visitor  # with the address of alice's sign-in
    again = kept(sent_key="a1")
    assert again.visitor == kept("identity", sent_key="i1").visitor == alice.visitor
    assert kept(sent_key="m1").visitor not in (alice.visitor, stranger.visitor)
    assert {one.visitor for one in recorded() if one.jar == stranger.jar} != {alice.visitor}
    assert kept(sent_key="m1", journey="j1").visitor != alice.visitor  # what was undone joins nobody again


def test_one_browser_that_has_lost_its_cookies_stays_one_visitor():
    before = kept(set_key="a1", journey="j1")
    kept("identity", set_key="i1", journey="j1")
    kept(set_key="a2")
    assert kept(sent_key="a2", journey="j2").visitor != before.visitor
    assert kept("identity", sent_key="i1", journey="j2").visitor == before.visitor
    assert kept(sent_key="a2").visitor == before.visitor


def test_a_request_with_cookies_of_two_jars_is_of_no_other_browser():
    first = kept(set_key="a1", journey="j1")
    kept(set_key="a2", csrf="c2", journey="j1")
    assert kept(sent_key="a1", csrf="c2").visitor == first.visitor
    assert not [join for join in joins_of([first.jar]) if join.is_undone]


def test_what_joined_two_jars_is_kept_with_the_entry_that_showed_it():
    at_site = kept(set_key="k1", journey="j1")
    at_identity = kept("identity", set_key="i1", journey="j1")
    (join,) = joins_of([at_site.jar])
    assert {join.jar, join.other} == {at_site.jar, at_identity.jar}
    assert (join.why, join.entry, join.at) == (Why.SIGN_IN, at_identity.id, at_identity.at)


@pytest.mark.usefixtures("two_servers")
def test_a_random_value_that_came_to_two_servers_is_one_browsers():
    random = Cookie("visit", Masked("", "r1"), "", is_random=True)
    first = kept(set_key="k1", cookies=(random,))
    second = kept("site_b", set_key="k2", cookies=(random,))
    assert second.visitor == first.visitor
    assert joins_of([first.jar])[0].why == Why.COOKIE


def test_two_visitors_are_one_when_somebody_says_so_until_that_proves_wrong():
    first, second = kept(set_key="a1"), kept("site_b", set_key="b1")
    third = kept(set_key="c1")
    one = merge_visitors(first.visitor, second.visitor, Why.SAID, timezone.now())
    assert kept(sent_key="a1").visitor == kept("site_b", sent_key="b1").visitor == one
    assert merge_visitors(third.visitor, one, Why.SAID, timezone.now()) == one
    assert kept(sent_key="c1").visitor != one  # a browser does not come back with a cookie that it has lost
    assert kept("site_b", sent_key="b1").visitor == kept(sent_key="a1").visitor == one


def test_two_visitors_become_one_wholly_or_not_at_all(monkeypatch):
    first, second = kept(set_key="a1"), kept("site_b", set_key="b1")
    usual = joins.execute

    def fails_at_the_last(sql, *values):
        if "journal_alias (" in sql:
            raise OperationalError("The process is killed.")
        return usual(sql, *values)

    monkeypatch.setattr(joins, "execute", fails_at_the_last)
    with pytest.raises(OperationalError):
        merge_visitors(first.visitor, second.visitor, Why.SAID, timezone.now())
    assert joins_of([first.jar]) == []
    assert kept("site_b", sent_key="b1").visitor == second.visitor


@pytest.mark.usefixtures("two_servers")
def test_a_value_that_two_jars_of_a_server_bring_is_a_constant_and_joins_nobody():
    build = Cookie("build", Masked("", "r1"), "", is_random=True)
    browsers = [kept(set_key=f"k{n}", cookies=(build,)) for n in range(3)]
    assert len({one.visitor for one in browsers}) == 3
    assert kept("site_b", set_key="b1", cookies=(build,)).visitor not in {one.visitor for one in browsers}


def test_one_browser_that_asks_a_server_by_two_names_is_one():
    def asked(host, **fields):
        one = entry(**fields)
        one.record = replace(one.record, headers={"Host": host})
        append(one)
        return one

    by_name = asked("localhost:8001", set_key="a1", journey="j1")
    asked("127.0.0.1:8001", set_key="a2", journey="j1")
    assert asked("localhost:8001", sent_key="a1").visitor == by_name.visitor
    assert asked("127.0.0.1:8001", sent_key="a2").visitor == by_name.visitor


def test_what_an_entry_tells_is_written_with_it_or_not_at_all(monkeypatch):
    first = kept(set_key="k1", journey="j1")
    monkeypatch.setattr(attribution, "join", fail_once(attribution.join))
    at_identity = kept("identity", set_key="i1", journey="j1")
    assert not at_identity.id
    assert [one.server for one in recorded()] == ["site_a"]
    monkeypatch.setattr(writer, "resting_until", 0.0)
    kept()
    assert [one.server for one in recorded()] == ["site_a", "identity", "site_a"]
    assert [join.entry for join in joins_of([first.jar])] == [at_identity.id]


def fail_once(function):
    calls = []

    def fails_first(*args):
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return function(*args)

    return fails_first


def test_who_was_merged_while_a_server_wrote_is_not_lost():
    """The inspector has made one of two visitors, and a server writes an entry with the name from before."""
    first, second = kept(set_key="a1"), kept("site_b", set_key="b1")
    one = merge_visitors(first.visitor, second.visitor, Why.SAID, timezone.now())
    late = entry("site_b", sent_key="b1", jar=second.jar, visitor=second.visitor)
    add(late)
    assert kept("site_b", sent_key="b1").visitor == one


@pytest.mark.usefixtures("two_servers")
def test_many_foreign_cookies_are_asked_for_at_once():
    kept(set_key="k1")
    cookies = tuple(Cookie(f"c{n}", Masked("", f"f{n}"), "", is_random=True) for n in range(20))
    kept(sent_key="k1", cookies=cookies)
    with captured_queries() as captured:
        kept(sent_key="k1", cookies=cookies)
    assert len(asked(captured)) <= 4


def test_what_is_known_of_jars_is_bounded(monkeypatch):
    monkeypatch.setattr(joins, "MAX_KEPT", 3)
    monkeypatch.setattr(writer, "TRIM_EVERY", 1)
    for n in range(6):
        kept(set_key="k1", cookies=(Cookie("c", Masked("", f"f{n}"), "", is_random=True),))
    kept(sent_key="k1")
    assert database.execute("SELECT fingerprint FROM journal_trace ORDER BY rowid") == [("f3",), ("f4",), ("f5",)]


def test_of_two_visitors_who_turn_out_to_be_one_the_newest_entries_are_joined(monkeypatch):
    monkeypatch.setattr(joins, "MAX_MOVED", 3)
    at_site = [kept(set_key="k1") for _ in range(5)]
    at_identity = [kept("identity", set_key="i1") for _ in range(5)]
    kept(sent_key="k1", journey="j1")
    joined = kept("identity", sent_key="i1", journey="j1").visitor
    stayed = at_identity if joined == at_site[0].visitor else at_site
    visitor_of = {entry.id: entry.visitor for entry in recorded()}
    visitors = [visitor_of[entry.id] for entry in stayed]
    assert visitors.count(joined) <= 3
    assert visitors[-1] == joined
    assert kept(sent_key="k1").visitor == kept("identity", sent_key="i1").visitor == joined


def test_a_journey_never_joins_two_jars_of_one_server():
    alice, bob = kept(set_key="a1", journey="j1"), kept(set_key="b1", journey="j1")
    assert alice.jar != bob.jar
    assert kept(sent_key="a1").jar == alice.jar


def test_who_brings_neither_key_nor_journey_is_nobody_yet():
    assert kept().visitor == ""


def test_the_oldest_entries_go(monkeypatch):
    monkeypatch.setattr(writer, "MAX_ENTRIES", 10)
    monkeypatch.setattr(writer, "TRIM_EVERY", 5)
    last = [kept() for _ in range(40)][-1]
    assert number_of_entries() < 10 + 5
    assert newest_id() == last.id


def test_each_question_that_is_asked_has_an_index():
    kept(set_key="k1", csrf="c1", journey="j1")
    with captured_queries() as captured:
        one = kept(sent_key="k2", set_key="k3", csrf="c2", journey="j1")  # asks for each trace
        list(earlier_in_jar(one, 4))
        first_with_key("site_a", "k1")
        kept("identity", sent_key="i2", journey="j1")  # joins two visitors
        kept("site_b", cookies=(cookie_of("site_a_session", "k1"),))  # asks what other servers set
        forget_up_to(7)
    found = [sql for sql in asked(captured) if sql.startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(found) >= 9
    for sql in found:
        assert is_answered_by_an_index(sql), sql


@pytest.fixture
def broken_journal():
    """Let nobody write the journal until it is called."""
    newest_id()  # makes it
    let_nobody_write()
    return let_everybody_write


@pytest.fixture
def clock(monkeypatch):
    """Move it by adding to its only item."""
    now = [0.0]
    monkeypatch.setattr(writer.time, "monotonic", lambda: now[0])
    return now


def test_a_journal_that_stays_unwritable_is_one_warning(broken_journal, clock, caplog):
    for _ in range(5):
        append(entry())
        clock[0] += 0.6
    assert [(record.name, record.levelname) for record in caplog.records] == [
        ("session_inspector.journal.writer", "WARNING")
    ]
    broken_journal()
    append(entry())
    assert number_of_entries() == 6  # those that had to wait are there too
    assert len(caplog.records) == 1


def test_a_journal_that_is_busy_for_a_moment_is_no_news_and_loses_nothing(broken_journal, clock, caplog):
    first = entry()
    append(first)
    clock[0] += 0.5
    broken_journal()
    second = kept()
    assert caplog.records == []
    assert [entry.id for entry in recorded()] == [first.id, second.id]


def test_what_waits_is_bounded_in_number_and_one_request_writes_for_a_moment_only(broken_journal, monkeypatch):
    ticks = count(0, 0.001)
    monkeypatch.setattr(writer.time, "monotonic", lambda: next(ticks))
    for _ in range(writer.waiting.maxlen + 10):
        append(entry())
    assert len(writer.waiting) == writer.waiting.maxlen
    broken_journal()
    writer.resting_until = 0.0
    append(entry())
    assert 0 < number_of_entries() < 100
    while writer.waiting:
        append(entry())
    assert number_of_entries() > writer.waiting.maxlen


def test_nobody_waits_for_having_been_recorded_longer_than_a_tenth_of_a_second():
    assert writer.TURN_TIMEOUT + writer.WORK_TIMEOUT + configuration().timeout <= 0.1


def test_finding_out_whose_an_entry_is_takes_as_long_with_many_entries_of_theirs():
    kept(set_key="k1", csrf="c1", journey="j1")
    for _ in range(100):
        kept(sent_key="k1", set_key="k1", csrf="c1")
    with captured_queries() as captured:
        kept(sent_key="k1", set_key="k1", csrf="c1")
    looked_up, written = asked(captured)
    assert "LIMIT 1" in looked_up
    assert written.startswith("INSERT")


@pytest.mark.parametrize("journal_place", ["journal_file"], indirect=True)
def test_a_full_disk_is_a_journal_that_cannot_be_written(clock, caplog):
    newest_id()  # makes it
    ((pages,),) = database.execute("PRAGMA page_count")
    database.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(3):
        append(entry(path="x" * 5_000_000))
        clock[0] += 1
    assert [record.message for record in caplog.records] == [
        "The journal cannot be written, so nothing is recorded: database or disk is full"
    ]
    database.execute("PRAGMA max_page_count = 1073741823")
    append(entry())
    assert number_of_entries() == 4


def test_after_a_failure_nobody_waits_again_for_a_moment(broken_journal, clock):
    append(entry())
    with captured_queries() as captured:
        append(entry())
        clock[0] += writer.RETRY_PAUSE - 0.01
        append(entry())
    assert not captured
    broken_journal()
    clock[0] += 0.01
    append(entry())
    assert number_of_entries() == 4


def test_what_belongs_together_is_written_together_however_much_it_is(monkeypatch):
    ticks = count(0, 0.0003)  # a clock on which each look at it takes as long as a fast write
    monkeypatch.setattr(writer.time, "monotonic", lambda: next(ticks))
    entries = [entry(sent_key=f"k{n}") for n in range(100)]
    append(*entries)
    assert number_of_entries() == 100
    assert all(one.id for one in entries)


def test_a_journal_without_its_table_gets_a_new_one(clock):
    append(entry())
    database.execute("DROP TABLE journal_entry")
    append(entry())
    clock[0] += writer.RETRY_PAUSE
    append(entry())
    assert number_of_entries() == 2


def test_a_journal_of_a_newer_version_is_one_warning_and_stays_as_it_is(clock, caplog):
    kept()
    set_version(beyond=1)
    database.close()
    for _ in range(5):
        append(entry())
        clock[0] += 0.6
    assert [record.message for record in caplog.records] == [
        "The journal cannot be written, so nothing is recorded: "
        "A newer version of the session inspector has made this journal."
    ]
    assert by_another("SELECT count(*) FROM journal_entry") == [(1,)]
    with pytest.raises(DatabaseError, match="newer version"):
        newest_id()


def test_looking_back_passes_over_what_cannot_be_read():
    first, *odd, last = [kept(sent_key="k1") for _ in range(8)]
    for one in odd:
        spoil(one, content={})
    assert list(earlier_in_jar(last, 8)) == [first]
