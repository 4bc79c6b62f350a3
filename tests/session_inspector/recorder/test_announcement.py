"""A server says who it is when it starts, also where the journal's database lets nobody in at once."""

import pytest

from session_inspector.journal.engine import NotYet
from session_inspector.recorder import announcement


@pytest.fixture
def said(monkeypatch, settings):
    """What is announced. The first two times the journal's database does not answer yet."""
    settings.SESSION_INSPECTOR = {**settings.SESSION_INSPECTOR, "RECORDING": True}
    monkeypatch.setattr(announcement, "PAUSE", 0)
    attempts, said = iter([NotYet("wait"), NotYet("wait")]), []

    def announce(participant):
        if error := next(attempts, None):
            raise error
        said.append(participant)

    monkeypatch.setattr(announcement, "announce", announce)
    return said


def test_it_is_said_as_soon_as_the_database_answers(said):
    announcement.announce_this()
    assert [participant.name for participant in said] == ["site_a"]


def test_a_database_that_never_answers_keeps_no_server_from_starting(said, monkeypatch, caplog):
    monkeypatch.setattr(announcement, "WAIT", -1)
    announcement.announce_this()
    assert said == []
    assert "The recorder failed, the server did not" in caplog.text
