"""Notices which rows of sessions are deleted, and deletes those that lead to nobody any more."""

from typing import Any

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.op_sessions import is_stale_session_of
from backchannel_logout.request_under_way import request_under_way
from backchannel_logout.rp_sessions import notice_ends

AT_ONCE = 500  # that are deleted by one statement


def connect() -> None:
    """Connect the signals of the models of sessions, users and RP sessions."""
    post_delete.connect(note_deleted, sender=Session)
    post_save.connect(end_stale_sessions, sender=get_user_model())
    pre_delete.connect(end_all_of, sender=get_user_model())
    pre_delete.connect(revoke_its_tokens, sender=RelyingPartySession)


def note_deleted(sender, instance: Session, **kwargs) -> None:
    under_way = request_under_way.get()
    if under_way is not None:
        under_way.deleted.add(instance.session_key)


def end_stale_sessions(sender, instance, update_fields=None, **kwargs) -> None:
    """Delete the user's sessions that became stale because the password changed or the user was disabled.

    Django would only refuse each of them when it is used again. The middleware looks at the session of this request
    itself, after the view: a view that changes the password may renew the session.
    """
    if update_fields is not None and not {"password", "is_active"} & set(update_fields):
        return
    under_way = request_under_way.get()
    if under_way is not None:
        under_way.changed.add(instance.pk)
    for user in users_with({instance.pk}):  # as stored: the other fields of the instance may be outdated
        others = sessions_of(user).exclude(session_key__in=under_way.keys if under_way else ())
        end_sessions([row.session_key for row in others.iterator() if is_stale_session_of(row.get_decoded(), user)])


def users_with(keys: set[Any]) -> list[AbstractBaseUser]:
    """The users as the database has them now."""
    return list(get_user_model()._base_manager.filter(pk__in=keys))


def end_all_of(sender, instance, **kwargs) -> None:
    """Delete the sessions of a user who is being deleted."""
    end_sessions(list(sessions_of(instance).values_list("session_key", flat=True)))


def revoke_its_tokens(sender, instance: RelyingPartySession, **kwargs) -> None:
    """Without its row, they would be bound to nothing, and end with nothing."""
    Token.objects.filter(binding__rp_session=instance).delete()


def sessions_of(user: AbstractBaseUser) -> QuerySet[Session]:
    """The user's sessions: those that allauth knows, and those that led to a client."""
    known = UserSession.objects.filter(user_id=user.pk).values("session_key")
    led_to_a_client = RelyingPartySession.objects.filter(user_id=user.pk, ended_at=None).values("session_key")
    return Session.objects.filter(session_key__in=known.union(led_to_a_client))


def end_sessions(keys: list[str]) -> None:
    """Delete the rows of these sessions. The present request notifies the clients; where there is none, the worker."""
    for first in range(0, len(keys), AT_ONCE):
        some = keys[first : first + AT_ONCE]
        Session.objects.filter(session_key__in=some).delete()
        if request_under_way.get() is None:
            notice_ends(session_key__in=some)
