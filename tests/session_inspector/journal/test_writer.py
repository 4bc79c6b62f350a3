from itertools import count

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from session_inspector.journal import attribution as whose
from session_inspector.journal import writer as keeping
from session_inspector.journal.queries import earlier_in_jar, first_with_key
from session_inspector.journal.schema import Entry
from session_inspector.journal.writer import keep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch):
    monkeypatch.setattr(keeping, "failing_since", None)
    monkeypatch.setattr(keeping, "has_warned", False)
    monkeypatch.setattr(keeping, "resting_until", 0.0)
    keeping.waiting.clear()
    yield
    keeping.waiting.clear()


def entry(server="site_a", **fields):
    return Entry(at=timezone.now(), server=server, kind=Entry.Kind.EXCHANGE, **fields)


def kept(server="site_a", **fields):
    one = entry(server, **fields)
    keep(one)
    return one


def test_a_key_makes_a_visitor_whom_every_later_exchange_with_that_key_belongs_to():
    first, second = kept(set_key="k1"), kept(sent_key="k1")
    assert first.visitor
    assert second.visitor == first.visitor


def test_a_visitor_is_followed_when_the_key_changes():
    first = kept(set_key="k1")
    kept(sent_key="k1", set_key="k2")
    assert kept(sent_key="k2").visitor == first.visitor


def test_the_csrf_cookie_tells_who_it_is_after_the_session_has_ended():
    first = kept(set_key="k1", csrf="c1")
    assert kept(sent_key="k1", csrf="c1").visitor == first.visitor
    assert kept(csrf="c1").visitor == first.visitor


def test_the_same_key_at_another_server_is_somebody_else():
    assert kept(set_key="k1").visitor != kept("site_b", sent_key="k1").visitor


def test_a_jar_is_followed_when_signing_in_changes_the_csrf_cookie():
    first = kept(csrf="c1")
    cookie = {"name": "site_a_csrftoken", "value": {"starts": "", "print": "c1"}, "role": "csrf", "owner": "site_a"}
    second = kept(csrf="c2", set_key="k1", content={"cookies": [cookie]})
    assert (second.jar, second.visitor) == (first.jar, first.visitor)


def test_a_journey_joins_what_two_servers_saw_to_one_visitor_and_leaves_the_jars_apart():
    at_site = kept(set_key="k1")
    at_identity = kept("identity", set_key="i1")
    assert at_site.visitor != at_identity.visitor
    kept(sent_key="k1", journey="j1")
    kept("identity", sent_key="i1", journey="j1")
    assert Entry.objects.values("visitor").distinct().count() == 1
    assert Entry.objects.values("jar").distinct().count() == 2


def test_of_two_visitors_who_turn_out_to_be_one_the_newest_entries_are_joined(monkeypatch):
    monkeypatch.setattr(whose, "MOST_JOINED", 3)
    at_site = [kept(set_key="k1") for _ in range(5)]
    at_identity = [kept("identity", set_key="i1") for _ in range(5)]
    kept(sent_key="k1", journey="j1")
    joined = kept("identity", sent_key="i1", journey="j1").visitor
    stayed = at_identity if joined == at_site[0].visitor else at_site
    visitors = [Entry.objects.get(pk=entry.pk).visitor for entry in stayed]
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
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 10)
    monkeypatch.setattr(keeping, "TRIM_EVERY", 5)
    last = [kept() for _ in range(40)][-1]
    assert Entry.objects.count() < 10 + 5
    assert Entry.objects.filter(pk=last.pk).exists()


def test_each_question_that_is_asked_has_an_index():
    kept(set_key="k1", csrf="c1", journey="j1")
    with CaptureQueriesContext(connections["journal"]) as captured:
        one = kept(sent_key="k2", set_key="k3", csrf="c2", journey="j1")  # asks for each trace
        list(earlier_in_jar(one, 4))
        first_with_key("site_a", "k1")
        kept("identity", sent_key="i2", journey="j1")  # joins two visitors
        Entry.objects.filter(pk__lte=7).delete()
    asked = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(asked) >= 9
    with connections["journal"].cursor() as cursor:
        for sql in asked:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
            assert "SCAN" not in str(plan), sql


@pytest.fixture
def broken_journal():
    """Let nobody write the journal until it is called; no matter how the test ends, it is whole afterwards."""
    cursor = connections["journal"].cursor()
    cursor.execute("PRAGMA query_only = ON")
    yield lambda: cursor.execute("PRAGMA query_only = OFF")
    cursor.execute("PRAGMA query_only = OFF")


@pytest.fixture
def clock(monkeypatch):
    """Move it by adding to its only item."""
    now = [0.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_stays_unwritable_is_one_warning(broken_journal, clock, caplog):
    for _ in range(5):
        keep(entry())
        clock[0] += 0.6
    assert [(record.name, record.levelname) for record in caplog.records] == [
        ("session_inspector.journal.writer", "WARNING")
    ]
    broken_journal()
    keep(entry())
    assert Entry.objects.count() == 6  # those that had to wait are there too
    assert len(caplog.records) == 1


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_is_busy_for_a_moment_is_no_news_and_loses_nothing(broken_journal, clock, caplog):
    first = entry()
    keep(first)
    clock[0] += 0.5
    broken_journal()
    second = kept()
    assert caplog.records == []
    assert list(Entry.objects.values_list("pk", flat=True)) == [first.pk, second.pk]


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_bounded_in_number_and_one_request_writes_for_a_moment_only(broken_journal, monkeypatch):
    ticks = count(0, 0.001)
    monkeypatch.setattr(keeping.time, "monotonic", lambda: next(ticks))
    for _ in range(keeping.waiting.maxlen + 10):
        keep(entry())
    assert len(keeping.waiting) == keeping.waiting.maxlen
    broken_journal()
    keeping.resting_until = 0.0
    keep(entry())
    assert 0 < Entry.objects.count() < 100
    while keeping.waiting:
        keep(entry())
    assert Entry.objects.count() > keeping.waiting.maxlen


def test_nobody_waits_for_having_been_recorded_longer_than_a_tenth_of_a_second(settings):
    for_another_server = settings.DATABASES["journal"]["OPTIONS"]["timeout"]
    assert keeping.LONGEST_WAIT + keeping.LONGEST_WORK + for_another_server <= 0.1


def test_finding_out_whose_an_entry_is_takes_as_long_with_many_entries_of_theirs():
    kept(set_key="k1", csrf="c1", journey="j1")
    for _ in range(100):
        kept(sent_key="k1", set_key="k1", csrf="c1")
    with CaptureQueriesContext(connections["journal"]) as captured:
        kept(sent_key="k1", set_key="k1", csrf="c1")
    looked_up, written = (query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT")))
    assert "LIMIT 1" in looked_up
    assert written.startswith("INSERT")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_a_journal_that_cannot_be_written(clock, caplog):
    with connections["journal"].cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        for _ in range(3):
            keep(entry(content={"path": "x" * 5_000_000}))
            clock[0] += 1
        assert [record.message for record in caplog.records] == [
            "The journal cannot be written, so nothing is recorded: database or disk is full"
        ]
        cursor.execute("PRAGMA max_page_count = 1073741823")
    keep(entry())
    assert Entry.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_nobody_waits_again_for_a_moment(broken_journal, clock):
    keep(entry())
    with CaptureQueriesContext(connections["journal"]) as captured:
        keep(entry())
        clock[0] += keeping.REST - 0.01
        keep(entry())
    assert not captured
    broken_journal()
    clock[0] += 0.01
    keep(entry())
    assert Entry.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_what_belongs_together_is_written_together_however_much_it_is(monkeypatch):
    ticks = count(0, 0.0003)  # a clock on which each look at it takes as long as a fast write
    monkeypatch.setattr(keeping.time, "monotonic", lambda: next(ticks))
    entries = [entry(sent_key=f"k{n}") for n in range(100)]
    keep(*entries)
    assert Entry.objects.count() == 100
    assert all(one.pk for one in entries)


@pytest.mark.django_db(transaction=True)
def test_a_journal_without_its_table_gets_a_new_one(clock):
    with connections["journal"].schema_editor() as editor:
        editor.delete_model(Entry)
    keep(entry())
    clock[0] += keeping.REST
    keep(entry())
    assert Entry.objects.count() == 2
