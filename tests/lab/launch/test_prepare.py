"""What a server makes before it answers leaves alone what is there."""

import pytest
from django.utils import timezone

from lab.launch.prepare import prepare
from session_inspector.configuration import configuration
from session_inspector.journal import database, queries
from session_inspector.journal.schema import Entry, Masked, SessionChange, SessionRow
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("journal")]


def record() -> Entry:
    row = SessionRow(Masked("ab", "0" * 16), {}, timezone.now())
    entry = Entry(timezone.now(), "site_a", SessionChange("made", row))
    queries.add(entry)
    return entry


def test_a_journal_that_was_deleted_and_made_anew_by_a_recorder_keeps_its_entries():
    record()
    configuration().journal.unlink()
    kept = record()
    database.close()  # the server ends
    prepare()
    assert recorded() == [kept]


def test_no_journal_is_made_before_something_is_recorded():
    prepare()
    assert not configuration().journal.exists()
