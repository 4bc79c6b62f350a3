"""RP sessions: which clients an OP session has signed in to, from the first sign-in to the end."""

from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from backchannel_logout.models import MAX_USER_AGENT, RelyingPartySession

SID = "sid"  # in the ``data`` of codes and tokens
MAX_ENDS = 500  # that are noticed in one transaction


def get_or_create_sid(session_key: str, client: Client, user: AbstractBaseUser, user_agent: str) -> str:
    """The ``sid`` by which that client knows this OP session. The first sign-in creates it (Back-Channel Logout, 2.1).

    Raises ``SessionInterrupted`` if the OP session has ended since the request began.
    """
    about = {
        "user": user,
        "subject": get_adapter().get_user_sub(client, user),
        "user_agent": user_agent[:MAX_USER_AGENT],
    }
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=session_key)
        if row.values_list("pk").first() is None:
            raise SessionInterrupted("The session was ended while this request was under way.")
        found, _ = RelyingPartySession.objects.get_or_create(
            session_key=session_key, client=client, ended_at=None, defaults=about
        )
    return found.sid


def with_an_op_session() -> Exists:
    return Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now()))


def notice_ends(**which: Any) -> None:
    """Mark RP sessions whose OP session has ended as due, and revoke its codes and tokens.

    ``lock_if_active`` blocks this until a token that is being issued is stored: that is revoked, too.
    """
    ended = RelyingPartySession.objects.filter(~with_an_op_session(), ended_at=None, **which)
    if not ended.exists():  # without a lock, in most cases
        return
    with transaction.atomic():
        sids = list(ended.select_for_update().values_list("sid", flat=True)[:MAX_ENDS])
        marked, now = RelyingPartySession.objects.filter(sid__in=sids), timezone.now()
        marked.filter(can_be_notified()).update(next_attempt_at=now)
        marked.update(ended_at=now)
        Token.objects.filter(**{f"data__{SID}__in": sids}).delete()


def lock_if_active(sid: str) -> bool:
    """Whether that session has not ended. If so, lock its row: it does not end before this transaction does."""
    rows = RelyingPartySession.objects.select_for_update().filter(sid=sid, ended_at=None)
    return rows.values_list("pk", flat=True).first() is not None


def can_be_notified() -> Q:
    """A condition for RP sessions: the client has registered an address for logout tokens."""
    return Q(client__data__client_metadata__backchannel_logout_uri__isnull=False)
