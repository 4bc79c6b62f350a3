"""The database that the journal lies in, whichever engine it has: made, repaired and left alone."""

import pytest
from django.db import DatabaseError
from django.utils import timezone

from session_inspector.journal import database, queries
from session_inspector.journal.schema import Entry, Masked, SessionChange, SessionRow
from tests.recorded import configure, recorded
from tests.session_inspector.journal.each_engine import remove, set_version

pytestmark = pytest.mark.usefixtures("journal")


def change() -> Entry:
    row = SessionRow(Masked("ab", "0" * 16), {"print": '"print": "'}, timezone.now())
    return Entry(timezone.now(), "site_a", SessionChange("made", row))


def test_an_entry_is_read_as_it_was_written():
    entry = change()
    queries.add(entry)
    assert recorded() == [entry]
    assert entry.id == queries.newest_id() == 1


def test_a_table_that_is_gone_is_made_anew():
    queries.add(change())
    database.execute("DROP TABLE journal_entry")
    with pytest.raises(DatabaseError):
        queries.add(change())
    queries.add(change())
    assert len(recorded()) == 1


def test_one_that_another_process_made_anew_is_another():
    queries.add(change())
    opening = database.opened.times
    assert database.is_open()
    remove()
    assert not database.is_open()
    queries.add(change())
    assert len(recorded()) == 1
    assert database.opened.times == opening + 1


def test_of_a_transaction_that_fails_nothing_stays():
    first = change()
    queries.add(first)
    with pytest.raises(DatabaseError), database.transaction():  # noqa: PT012 - the second of the two fails
        queries.add(change())
        database.execute("SELECT * FROM no_such_table")
    assert recorded() == [first]


def test_a_journal_of_a_newer_version_is_refused_and_left_as_it_is():
    queries.add(change())
    set_version(beyond=1)
    database.close()
    with pytest.raises(DatabaseError, match="newer version"):
        queries.newest_id()
    set_version(beyond=0)
    assert len(recorded()) == 1


def test_an_address_of_another_database_is_refused_by_its_name(settings):
    configure(settings, journal="mysql://localhost/journal")
    with pytest.raises(DatabaseError, match="mysql://"):
        queries.newest_id()


def test_the_last_id_is_that_of_an_entry_that_is_gone_too():
    assert queries.last_id() == 0
    queries.add(change())
    queries.empty()
    assert (queries.last_id(), queries.newest_id()) == (1, 0)


def test_an_emptied_journal_gives_no_id_twice():
    queries.add(change())
    queries.empty()
    assert recorded() == []
    queries.add(change())
    assert queries.newest_id() == 2


@pytest.mark.parametrize(
    "odd",
    [
        "UPDATE journal_entry SET content = '[]'",
        "UPDATE journal_entry SET content = '{}'",
        "UPDATE journal_entry SET content = 'no JSON'",
        "UPDATE journal_entry SET kind = 'thought'",
        "UPDATE journal_entry SET at = 'yesterday'",
        "UPDATE journal_entry SET at = '2026-13-45 07:00:00'",
        "UPDATE journal_entry SET at = ''",
    ],
)
def test_what_no_recorder_of_this_version_wrote_is_counted_and_takes_nothing_else_away(odd):
    queries.add(change())
    database.execute(odd)
    queries.add(change())
    with queries.noting_what_is_unreadable() as unreadable:
        assert [entry.id for entry in recorded()] == [2]
    assert unreadable == {1}
