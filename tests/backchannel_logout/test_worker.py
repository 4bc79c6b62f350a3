"""The process that delivers what no request could."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from backchannel_logout import lookout, worker
from backchannel_logout.delivery import KEPT_FOR
from backchannel_logout.management.commands import deliver_logout_tokens
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import notice_ends
from tests.identity.provider.protocol import code_for

pytestmark = pytest.mark.django_db(transaction=True)


class Ended(Exception):
    """Somebody has ended the process."""


@pytest.fixture
def rounds(monkeypatch):
    """Let it look so often, and end then."""

    def rounds(number):
        left = iter(range(number - 1))

        def sleep(seconds):
            if next(left, None) is None:
                raise Ended

        monkeypatch.setattr(worker.time, "sleep", sleep)

    return rounds


def test_it_tells_of_a_session_that_ended_in_no_request(signed_in, receiver, rounds):
    code_for(signed_in)
    Session.objects.all().delete()
    rounds(1)
    with pytest.raises(Ended):
        call_command(deliver_logout_tokens.Command())
    assert len(receiver.got) == 1


@pytest.mark.parametrize("when", ["before its start", "while it runs"])
def test_a_clock_that_is_set_back_keeps_no_client_from_being_told(signed_in, receiver, rounds, monkeypatch, when):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    now = timezone.now()
    RelyingPartySession.objects.update(next_attempt_at=now + timedelta(days=1))  # as the clock said then
    clock = [now] if when == "before its start" else [now, now + timedelta(hours=22)]
    monkeypatch.setattr(worker.timezone, "now", lambda: clock[-1])
    rounds(2)
    end_of_round = worker.time.sleep
    monkeypatch.setattr(
        worker.time, "sleep", lambda seconds: (clock.pop() if clock[1:] else None, end_of_round(seconds))
    )
    with pytest.raises(Ended):
        worker.run()
    assert len(receiver.got) == 1


def test_a_locked_database_is_no_reason_to_end(signed_in, receiver, rounds, monkeypatch, caplog):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends, locked = lookout.notice_ends, [OperationalError("database is locked")]

    def locked_once(**which):
        if locked:
            raise locked.pop()
        notice_ends(**which)

    monkeypatch.setattr(lookout, "notice_ends", locked_once)
    rounds(2)
    with pytest.raises(Ended):
        worker.run()
    assert len(receiver.got) == 1
    assert "The worker goes on." in caplog.text


def test_what_ended_long_ago_is_forgotten_by_a_command(signed_in, receiver):
    code_for(signed_in)
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.update(ended_at=F("ended_at") - KEPT_FOR)
    call_command("forget_ended_sessions")
    assert not RelyingPartySession.objects.exists()
