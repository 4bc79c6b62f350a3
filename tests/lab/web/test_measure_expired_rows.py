"""The command that measures what expired rows cost."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from lab.runs import Run
from lab.scenarios.expired_rows import COLUMNS
from lab.web.management.commands import measure_expired_rows
from session_inspector.journal.schema import Measurement
from tests.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_run(settings, recording, monkeypatch):
    settings.RUN = Run(1, "expired_rows", "what_they_cost")
    monkeypatch.setattr(measure_expired_rows, "SIZES", (10, 2000))


def test_outside_of_a_run_it_refuses_with_one_line():
    with pytest.raises(CommandError, match="start a stage of a scenario"):
        call_command("measure_expired_rows")
    assert not Session.objects.exists()


def test_it_prints_a_line_for_each_size_and_one_that_it_did_not_measure(in_run, capsys):
    call_command("measure_expired_rows")
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split("  ") == list(COLUMNS)
    assert [line.split()[0] for line in lines] == ["10", "2,000", "20,000"]
    assert ["not measured" in line for line in lines] == [False, False, True]


def test_what_it_found_is_recorded_and_its_rows_are_gone(in_run):
    other = SessionStore()
    other.save()
    call_command("measure_expired_rows")
    assert [row.session_key for row in Session.objects.all()] == [other.session_key]
    (measured,) = (one.record for one in recorded() if isinstance(one.record, Measurement))
    assert measured.numbers[COLUMNS[0]] == (10, 2000)
    assert all(number > 0 for line in measured.lines for number in line)


def test_the_file_does_not_become_smaller_when_rows_are_deleted(in_run):
    call_command("measure_expired_rows")
    (measured,) = (one.record for one in recorded() if isinstance(one.record, Measurement))
    assert measure_expired_rows.megabytes() >= measured.numbers[COLUMNS[2]][-1]
