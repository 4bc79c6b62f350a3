"""What a look of the worker finds, and that it asks no more when there are more sessions."""

import sqlite3
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backchannel_logout import lookout
from backchannel_logout.lookout import AT_ONCE, Lookout
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import MAX_ENDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def sessions(seeded):
    """So many RP sessions, each of an OP session that lasts so long."""

    def sessions(number, lasts=timedelta(days=1)):
        begun, ends = RelyingPartySession.objects.count(), timezone.now() + lasts
        keys = [f"k{n}" for n in range(begun, begun + number)]
        Session.objects.bulk_create([Session(session_key=key, session_data="", expire_date=ends) for key in keys])
        site = Client.objects.get(pk="site-a")
        RelyingPartySession.objects.bulk_create([RelyingPartySession(session_key=key, client=site) for key in keys])
        return keys

    return sessions


def ended():
    return set(RelyingPartySession.objects.exclude(ended_at=None).values_list("session_key", flat=True))


def let_expire(keys, ago=timedelta(seconds=1)):
    Session.objects.filter(session_key__in=keys).update(expire_date=timezone.now() - ago)


def test_what_was_deleted_or_expired_before_it_started_is_found(sessions):
    keys = sessions(10)
    Session.objects.filter(session_key__in=keys[:3]).delete()
    let_expire(keys[3:5], timedelta(days=40))
    Lookout().look()
    assert ended() == set(keys[:5])


def test_all_that_expired_is_found_however_few_values_a_statement_may_have(sessions):
    keys = sessions(3 * MAX_ENDS)
    let_expire(keys)
    connection.ensure_connection()
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 2 * MAX_ENDS)
    try:
        Lookout().look()
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)
    assert ended() == set(keys)


def test_it_looks_also_where_times_have_no_zone(settings, sessions):
    settings.USE_TZ = False
    assert Lookout().since.tzinfo is None


@pytest.mark.parametrize("number", [10, 3 * AT_ONCE])
def test_what_expires_between_two_looks_is_found_by_the_second(sessions, number):
    keys = sessions(number)
    watch = Lookout()
    watch.look()
    let_expire(keys[-2:])
    assert not ended()
    watch.look()
    assert ended() == set(keys[-2:])


def test_what_is_deleted_is_found_when_its_turn_comes(sessions):
    keys = sessions(3 * AT_ONCE + 1)
    watch = Lookout()
    watch.look()
    Session.objects.filter(session_key__in=[keys[0], keys[AT_ONCE], keys[-1]]).delete()
    found = []
    for _ in range(5):
        watch.look()
        found.append(ended())
    assert [len(some) for some in found] == [1, 1, 2, 3, 3]


def test_all_are_found_when_many_expire_at_once(sessions, monkeypatch):
    monkeypatch.setattr("backchannel_logout.rp_sessions.MAX_ENDS", 7)
    keys = sessions(50)
    let_expire(keys)
    Lookout().look()
    assert ended() == set(keys)


def test_a_look_that_fails_is_made_again(sessions, monkeypatch):
    keys = sessions(2)
    watch = Lookout()
    watch.look()
    let_expire(keys)

    def locked(**which):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(lookout, "notice_ends", locked)
        with pytest.raises(OperationalError):
            watch.look()
    watch.look()
    assert ended() == set(keys)


def test_a_look_asks_as_much_when_there_are_many_and_scans_nothing(sessions):
    sessions(AT_ONCE)
    few = statements_of_a_look()
    sessions(3 * AT_ONCE)
    many = statements_of_a_look()
    assert len(few) == len(many) == 3
    with connection.cursor() as cursor:
        for sql in many:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[-1] for row in cursor.fetchall()]
            assert plan
            by_what_all_have = ("SCAN", "(ended_at=?)")
            assert not [step for step in plan if any(words in step for words in by_what_all_have)], (sql, plan)


def statements_of_a_look():
    with CaptureQueriesContext(connection) as asked:
        Lookout().look()
    return [one["sql"] for one in asked]
