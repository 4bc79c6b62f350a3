"""Session changes that were not the doing of the session's own browser."""

import contextlib
import pickle
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session, SessionManager
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from session_inspector.journal.database import redactor
from session_inspector.journal.queries import empty
from session_inspector.journal.schema import Sweep
from session_inspector.recorder import session_changes
from session_inspector.redaction import MAX_ITEMS
from tests.recorded import configure, number_of_entries, recorded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.session_inspector.recorder.test_session_changes"),
    pytest.mark.usefixtures("recording"),
]


def end(request, key):
    """What back-channel logout does: one request ends another browser's session."""
    SessionStore().delete(key)
    request.session["ended"] = 1
    return HttpResponse("ended")


def sweep(request):
    """What a view does that tidies up without looking whose the rows are."""
    Session.objects.all().delete()
    return HttpResponse("swept")


def sign_in_and_out_again(request):
    request.session["seen"] = 1
    request.session.cycle_key()
    request.session.cycle_key()
    request.session.flush()
    return HttpResponse("nothing is left")


urlpatterns = [path("end/<str:key>/", end), path("in-and-out/", sign_in_and_out_again), path("sweep/", sweep)]


@pytest.fixture
def row():
    session = SessionStore()
    session["color"] = "red"
    session.save()
    empty()
    return session


def changes():
    return [(entry.change.what, entry.sent_key) for entry in recorded() if entry.is_change]


def test_a_row_deleted_by_another_browsers_request_is_a_change_of_that_session(client, row):
    client.get(f"/end/{row.session_key}/")
    assert changes() == [("deleted", redactor().fingerprint(row.session_key))]
    change, exchange = recorded()
    assert change.change.row.data == {"color": "red"}
    assert exchange.is_exchange
    assert exchange.visitor != change.visitor
    assert change.change.by == exchange.exchange.path


def test_what_an_exchange_does_to_its_own_session_is_told_by_the_exchange_alone(client):
    client.get("/in-and-out/")
    client.get("/end/nobody/")
    client.get("/end/nobody/")
    assert changes() == []
    assert number_of_entries() == 3


def test_what_a_command_changes_is_recorded_too(row):
    row["color"] = "blue"
    row.save()
    Session.objects.all().delete()
    fingerprint = redactor().fingerprint(row.session_key)
    assert changes() == [("changed", fingerprint), ("deleted", fingerprint)]
    assert [entry.change.by for entry in recorded()] == ["", ""]


def test_a_change_that_was_rolled_back_never_happened(row):
    with transaction.atomic():
        Session.objects.get(pk=row.session_key).delete()
        transaction.set_rollback(True)
    assert changes() == []


def test_switched_off_it_keeps_nothing(row, settings):
    configure(settings, recording=False)
    Session.objects.get(pk=row.session_key).delete()
    assert not number_of_entries()


def make_rows(number: int, until: datetime) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{n:032}", session_data="", expire_date=until) for n in range(number)
    )


def sweeps():
    return [entry for entry in recorded() if isinstance(entry.record, Sweep)]


def delete_expired() -> None:
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@pytest.mark.parametrize("delete", [delete_expired, partial(call_command, "clearsessions")], ids=["query", "command"])
def test_expired_rows_that_one_command_deletes_are_one_record(delete):
    make_rows(200, timezone.now() - timedelta(minutes=1))
    delete()
    (swept,) = recorded()
    assert swept.record.number == 200
    assert swept.at <= swept.record.until <= timezone.now()


def test_of_many_live_rows_that_one_command_deletes_the_first_are_told_of_and_the_others_counted():
    make_rows(MAX_ITEMS + 5, timezone.now() + timedelta(days=1))
    Session.objects.all().delete()
    assert len(changes()) == MAX_ITEMS
    assert [entry.record.number for entry in sweeps()] == [5]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_row_that_is_deleted_by_itself_is_a_change_whenever_it_expires(minutes):
    make_rows(1, timezone.now() + timedelta(minutes=minutes))
    Session.objects.get().delete()
    assert changes() == [("deleted", redactor().fingerprint("0" * 32))]
    assert sweeps() == []


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_visitors_own_row_among_those_that_a_view_deletes_is_told_of_by_the_exchange_alone(client, row, minutes):
    client.cookies["site_a_session"] = row.session_key
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=minutes))
    make_rows(3, timezone.now() - timedelta(minutes=1))
    client.get("/sweep/")
    swept, entry = recorded()
    assert swept.record.number == 3
    assert entry.exchange.before.key == redactor().mask(row.session_key)
    assert entry.exchange.after is None


def statements_of_clearsessions(rows: int) -> list[str]:
    make_rows(rows, timezone.now() - timedelta(minutes=1))
    with CaptureQueriesContext(connection) as sent:
        call_command("clearsessions")
    return [one["sql"].split()[0] for one in sent]


def test_however_many_rows_expire_they_are_deleted_by_the_one_statement_that_django_sends_without_the_recorder():
    assert statements_of_clearsessions(1) == statements_of_clearsessions(500)
    assert statements_of_clearsessions(500).count("DELETE") == 1


def test_two_commands_are_two_records():
    for _ in range(2):
        make_rows(3, timezone.now() - timedelta(minutes=1))
        call_command("clearsessions")
    assert [entry.record.number for entry in sweeps()] == [3, 3]


def test_rows_whose_deletion_was_rolled_back_are_not_counted():
    make_rows(3, timezone.now() - timedelta(minutes=1))
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        Session.objects.all().delete()
        raise ZeroDivisionError
    assert recorded() == []
    call_command("clearsessions")
    assert [entry.record.number for entry in sweeps()] == [3]


def test_a_query_that_was_rolled_back_and_is_run_again_is_counted():
    make_rows(3, timezone.now() - timedelta(minutes=1))
    query = Session.objects.all()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        query.delete()
        raise ZeroDivisionError
    query.delete()
    assert [entry.record.number for entry in sweeps()] == [3]


def test_ones_own_row_is_seen_to_go_behind_however_many_others(client):
    client.get("/end/nobody/")  # gives a session
    make_rows(3 * MAX_ITEMS, timezone.now() + timedelta(days=1))
    client.get("/sweep/")
    last = recorded()[-1]
    assert last.exchange.before
    assert last.exchange.after is None


def test_rows_that_another_process_deletes_meanwhile_are_not_counted_here(row, monkeypatch):
    to_tell = session_changes.changes_to_tell

    def then_gone(rows):
        told = to_tell(rows)
        Session.objects.all()._raw_delete("default")
        return told

    monkeypatch.setattr(session_changes, "changes_to_tell", then_gone)
    Session.objects.all().delete()
    assert sweeps() == []


class OwnRows(QuerySet):
    """What a project may have its own kind of."""

    def of(self, key):
        return self.filter(session_key=key)


class KeptRows(QuerySet):
    def delete(self):
        return "kept"


class CarefulRows(QuerySet):
    def delete(self):
        return "deleted", *super().delete()


def manager_of(rows: type[QuerySet]):
    manager = SessionManager.from_queryset(rows)()
    manager.model = Session
    return manager


def test_rows_of_a_projects_own_kind_can_do_what_they_could_and_are_seen_to_go(row):
    rows = manager_of(OwnRows).of(row.session_key)
    assert isinstance(rows, OwnRows)
    assert rows.delete() == (1, {"sessions.Session": 1})
    assert changes() == [("deleted", redactor().fingerprint(row.session_key))]


def test_a_projects_own_way_to_delete_is_told_of_where_it_deletes(row):
    assert manager_of(KeptRows).all().delete() == "kept"
    assert changes() == []
    assert manager_of(CarefulRows).all().delete() == ("deleted", 1, {"sessions.Session": 1})
    assert changes() == [("deleted", redactor().fingerprint(row.session_key))]


@pytest.mark.parametrize("kind", [QuerySet, OwnRows])
def test_rows_are_written_and_pickled_as_without_the_recorder(row, kind):
    rows, without = manager_of(kind).all(), kind(Session)
    assert repr(rows) == repr(without)
    loaded = pickle.loads(pickle.dumps(rows))
    assert type(loaded) is kind
    assert list(loaded) == [Session.objects.get()]
