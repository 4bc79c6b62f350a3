"""What a person says was done that no server can see."""

from datetime import UTC, datetime

import pytest

from session_inspector.journal import queries
from session_inspector.journal.joins import merge_into
from session_inspector.journal.said import Said, said_of, say
from tests.session_inspector.inspector.traffic import exchange

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def journal_of_this_test(journal):
    """What is said goes into it."""


def test_it_is_kept_with_the_newest_entry_of_that_moment():
    newest = exchange(visitor="v1")
    say("v1", "closed", NOON)
    exchange(visitor="v1")
    assert said_of("v1", "closed") == Said("closed", newest.id, NOON)
    assert said_of("v1", "opened") is None
    assert said_of("v2", "closed") is None


def test_who_says_it_again_means_the_last_time():
    say("v1", "closed", NOON)
    again = exchange(visitor="v1")
    say("v1", "closed", NOON)
    assert said_of("v1", "closed") == Said("closed", again.id, NOON)


def test_a_visitor_who_turns_out_to_be_another_has_said_it_too():
    say("v2", "closed", NOON)
    merge_into("v1", ["v2"])
    assert said_of("v1", "closed") == Said("closed", 0, NOON)


def test_it_goes_with_the_entries():
    say("v1", "closed", NOON)
    queries.empty()
    assert said_of("v1", "closed") is None
