import logging

import pytest
from django.db import connections
from django.utils import timezone

from shared.journal import keep as keeping
from shared.journal.keep import keep
from shared.journal.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "journal"])


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


def test_a_journey_joins_what_two_servers_saw():
    at_site = kept(set_key="k1")
    at_identity = kept("identity", set_key="i1")
    assert at_site.visitor != at_identity.visitor
    kept(sent_key="k1", journey="j1")
    kept("identity", sent_key="i1", journey="j1")
    assert Entry.objects.values("visitor").distinct().count() == 1


def test_who_brings_neither_key_nor_journey_is_nobody_yet():
    assert kept().visitor == ""


def test_the_oldest_entries_go(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 10)
    monkeypatch.setattr(keeping, "TRIM_EVERY", 5)
    last = [kept() for _ in range(40)][-1]
    assert Entry.objects.count() < 10 + 5
    assert Entry.objects.filter(pk=last.pk).exists()


def test_each_question_has_an_index():
    questions = [
        Entry.objects.filter(server="site_a", sent_key="k").order_by("id"),
        Entry.objects.filter(server="site_a", set_key="k").order_by("id"),
        Entry.objects.filter(server="site_a", csrf="c").order_by("id"),
        Entry.objects.filter(journey="j").order_by("id"),
        Entry.objects.filter(visitor="v").order_by("id"),
        Entry.objects.filter(pk__gt=7).order_by("id"),
        Entry.objects.filter(pk__lte=7),
    ]
    for question in questions:
        assert "SCAN" not in question.explain()


@pytest.mark.django_db(databases=["default", "journal"], transaction=True)
def test_a_journal_that_is_gone_is_one_warning_until_it_can_be_written_again(caplog, monkeypatch):
    monkeypatch.setattr(keeping, "has_warned", False)
    with connections["journal"].cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry RENAME TO away")
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                keep(entry())
        assert [record.name for record in caplog.records] == ["shared.journal.keep"]
        cursor.execute("ALTER TABLE away RENAME TO journal_entry")
    keep(entry())
    assert keeping.has_warned is False
