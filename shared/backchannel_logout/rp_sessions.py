"""RP sessions: which clients an OP session has signed in to, from the first sign-in to the end."""

from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from backchannel_logout.models import MAX_USER_AGENT, RelyingPartySession
from backchannel_logout.op_sessions import data_of_op_session, leads_to, with_an_op_session
from compiled_query import compiled

MAX_ENDS = 500  # that are noticed in one transaction: a database takes so many values in one statement, and not all


@compiled
def active(session_key, client, now) -> QuerySet[RelyingPartySession, RelyingPartySession]:
    """Locks its row: the end of the session is noticed after this transaction."""
    unended = RelyingPartySession.objects.select_for_update().filter(with_an_op_session(now), ended_at=None)
    return unended.filter(session_key=session_key, client=client)


@compiled
def unended(pk, now) -> QuerySet[RelyingPartySession, RelyingPartySession]:
    """Locks its row, too. ``op_session`` is the data of its OP session."""
    with_its_op_session = RelyingPartySession.objects.annotate(op_session=data_of_op_session(now))
    return with_its_op_session.select_for_update(of=("self",)).select_related("user").filter(pk=pk, ended_at=None)


def get_or_create_rp_session(
    session_key: str, client: Client, user: AbstractBaseUser, user_agent: str
) -> RelyingPartySession:
    """What that OP session is at that client. The first sign-in creates it (Back-Channel Logout, 2.1).

    Raises ``SessionInterrupted`` if the OP session has ended since the request began.
    """
    found = active.one(session_key=session_key, client=client.pk, now=timezone.now())
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

    Where a code or a token is being issued, the row of the RP session is locked until it is stored: so it is revoked,
    too.
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
    """Whether that session has not ended, and its user is still signed in by its OP session.

    If so, its row is locked: the end is noticed after this transaction.
    """
    found: Any = unended.one(pk=rp_session.pk, now=timezone.now())
    return found is not None and found.user is not None and leads_to(found.op_session, found.user)


def can_be_notified() -> Q:
    """A condition for RP sessions: the client has registered an address for logout tokens."""
    return Q(client__data__client_metadata__backchannel_logout_uri__isnull=False)
