"""Session changes that were not the doing of the session's own browser."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from session_inspector.journal.database import redactor
from session_inspector.journal.queries import empty
from session_inspector.journal.schema import Kind
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


def sign_in_and_out_again(request):
    request.session["seen"] = 1
    request.session.cycle_key()
    request.session.cycle_key()
    request.session.flush()
    return HttpResponse("nothing is left")


urlpatterns = [path("end/<str:key>/", end), path("in-and-out/", sign_in_and_out_again)]


@pytest.fixture
def row():
    session = SessionStore()
    session["color"] = "red"
    session.save()
    empty()
    return session


def changes():
    return [(entry.content["what"], entry.sent_key) for entry in recorded() if entry.kind == Kind.SESSION_CHANGE]


def test_a_row_deleted_by_another_browsers_request_is_a_change_of_that_session(client, row):
    client.get(f"/end/{row.session_key}/")
    assert changes() == [("deleted", redactor().fingerprint(row.session_key))]
    change, exchange = recorded()
    assert change.content["row"]["data"] == {"color": "red"}
    assert exchange.kind == Kind.EXCHANGE
    assert exchange.visitor != change.visitor
    assert change.content["by"] == exchange.content["path"]


def test_what_an_exchange_does_to_its_own_session_is_told_by_the_exchange_alone(client):
    client.get("/in-and-out/")
    client.get("/end/nobody/")
    client.get("/end/nobody/")
    assert changes() == []
    assert number_of_entries() == 3


def test_what_a_command_changes_is_recorded_too(row):
    row["color"] = "blue"
    row.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    call_command("clearsessions")
    fingerprint = redactor().fingerprint(row.session_key)
    assert changes() == [("changed", fingerprint), ("deleted", fingerprint)]
    assert [entry.content["by"] for entry in recorded()] == ["", ""]


def test_a_change_that_was_rolled_back_never_happened(row):
    with transaction.atomic():
        Session.objects.get(pk=row.session_key).delete()
        transaction.set_rollback(True)
    assert changes() == []


def test_switched_off_it_keeps_nothing(row, settings):
    configure(settings, recording=False)
    Session.objects.get(pk=row.session_key).delete()
    assert not number_of_entries()
