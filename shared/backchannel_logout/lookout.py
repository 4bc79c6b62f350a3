"""Notices the ends that no request notices. After the first look, each costs the same however many sessions there are.

A session that expires is found by its date. One that was deleted left nothing to be found by: so each look also takes
the next few RP sessions that go on, and asks whether their OP sessions are still there. Where there are fewer than
``AT_ONCE``, each look takes them all.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.op_sessions import with_an_op_session
from backchannel_logout.rp_sessions import MAX_ENDS, notice_ends
from compiled_query import compiled

AT_ONCE = 100
LONG_AGO = timedelta(days=36500)
OVERLAP = timedelta(minutes=1)  # between two looks: clocks are set, and a row may be written late


@compiled
def expired(since, now) -> QuerySet[RelyingPartySession, int]:
    keys = Session.objects.filter(expire_date__gt=since, expire_date__lte=now).values("session_key")
    return RelyingPartySession.objects.filter(ended_at=None, session_key__in=keys).values_list("pk", flat=True)


@compiled
def next_ones(after) -> QuerySet[RelyingPartySession, int]:
    unended = RelyingPartySession.objects.filter(ended_at=None, pk__gt=after)
    return unended.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]


@compiled
def without_op_session(after, last, now) -> QuerySet[RelyingPartySession, int]:
    unended = RelyingPartySession.objects.filter(ended_at=None, pk__gt=after, pk__lte=last)
    return unended.filter(~with_an_op_session(now)).values_list("pk", flat=True)


@dataclass
class Lookout:
    """Where the last look ended."""

    since: datetime = field(default_factory=lambda: timezone.now() - LONG_AGO)  # what expired before has been noticed
    after: int = 0  # up to this one, RP sessions have been looked at in this turn

    def look(self) -> None:
        """Notice what has ended since the last look. Stays where it was if the database fails."""
        now = timezone.now()
        ended = expired.rows(since=self.since, now=now)
        these = next_ones.rows(after=self.after)
        if these:
            ended += without_op_session.rows(after=self.after, last=these[-1], now=now)
        for first in range(0, len(ended), MAX_ENDS):
            notice_ends(pk__in=ended[first : first + MAX_ENDS])
        self.since, self.after = now - OVERLAP, these[-1] if len(these) == AT_ONCE else 0
