"""The command that lets time pass for sessions."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_each_row_ends_so_many_minutes_earlier(capsys):
    session = SessionStore()
    session["kept"] = 1
    session.save()
    before = Session.objects.get().expire_date
    call_command("age_sessions", "40")
    assert Session.objects.get().expire_date == before - timedelta(minutes=40)
    assert "40 minutes older" in capsys.readouterr().out


@pytest.mark.parametrize("minutes", ["0", "-1", "999999999999"])
def test_no_time_passes_by_a_number_that_makes_no_sense(minutes):
    with pytest.raises(CommandError, match="from 1 to"):
        call_command("age_sessions", minutes)
