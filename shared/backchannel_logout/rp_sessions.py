"""RP sessions: which clients an OP session has signed in to, from the first sign-in to the end."""

from datetime import datetime
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from backchannel_logout.models import MAX_USER_AGENT, RelyingPartySession
from compiled_query import compiled

MAX_ENDS = 500  # that are noticed in one transaction


def with_an_op_session(now: datetime, session_key: str = "session_key") -> Exists:
    """A condition: there is an OP session of that key, which has not expired."""
    return Exists(Session.objects.filter(session_key=OuterRef(session_key), expire_date__gt=now))


@compiled
def going_on(session_key, client, now) -> QuerySet[RelyingPartySession, RelyingPartySession]:
    """It does not end before this transaction does."""
    lasting = RelyingPartySession.objects.select_for_update().filter(with_an_op_session(now), ended_at=None)
    return lasting.filter(session_key=session_key, client=client)


@compiled
def still_active(pk, now) -> QuerySet[RelyingPartySession, RelyingPartySession]:
    lasting = RelyingPartySession.objects.select_for_update().filter(with_an_op_session(now), ended_at=None)
    return lasting.filter(pk=pk)


def get_or_create_rp_session(
    session_key: str, client: Client, user: AbstractBaseUser, user_agent: str
) -> RelyingPartySession:
    """What that OP session is at that client. The first sign-in creates it (Back-Channel Logout, 2.1).

    Raises ``SessionInterrupted`` if the OP session has ended since the request began.
    """
    found = going_on.one(session_key=session_key, client=client.pk, now=timezone.now())
    return found or create_rp_session(session_key, client, user, user_agent)


def create_rp_session(session_key: str, client: Client, user: AbstractBaseUser, user_agent: str) -> RelyingPartySession:
    about = {
        "user": user,
        "subject": get_adapter().get_user_sub(client, user),
        "user_agent": user_agent[:MAX_USER_AGENT],
    }
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=session_key)
        if row.values_list("pk").first() is None:
            raise SessionInterrupted("The session was ended while this request was under way.")
        made, _ = RelyingPartySession.objects.get_or_create(
            session_key=session_key, client=client, ended_at=None, defaults=about
        )
    return made


def notice_ends(**which: Any) -> None:
    """Mark RP sessions whose OP session has ended as due, and revoke its codes and tokens.

    ``lock_if_active`` blocks this until a token that is being issued is stored: that is revoked, too.
    """
    ended = RelyingPartySession.objects.filter(~with_an_op_session(timezone.now()), ended_at=None, **which)
    while ended.exists():  # without a lock, in most cases
        with transaction.atomic():
            keys = list(ended.select_for_update().values_list("pk", flat=True)[:MAX_ENDS])
            marked, now = RelyingPartySession.objects.filter(pk__in=keys), timezone.now()
            marked.filter(can_be_notified()).update(next_attempt_at=now)
            marked.update(ended_at=now)
            Token.objects.filter(binding__rp_session__in=keys).delete()


def lock_if_active(rp_session: RelyingPartySession) -> bool:
    """Whether that session has not ended. If so, lock its row: it does not end before this transaction does."""
    return still_active.one(pk=rp_session.pk, now=timezone.now()) is not None


def can_be_notified() -> Q:
    """A condition for RP sessions: the client has registered an address for logout tokens."""
    return Q(client__data__client_metadata__backchannel_logout_uri__isnull=False)
