"""What deletes rows of sessions, noticed; and the rows of whom nobody knows any more, deleted."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save, pre_delete

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.request_under_way import request_under_way
from backchannel_logout.session_engine import SessionStore


def connect() -> None:
    """From now on, notice which rows are deleted, and delete those of whom nobody knows any more."""
    post_delete.connect(note_deleted, sender=Session)
    post_save.connect(end_stale_sessions, sender=get_user_model())
    pre_delete.connect(end_all_of, sender=get_user_model())


def note_deleted(sender, instance: Session, **kwargs) -> None:
    under_way = request_under_way.get()
    if under_way is not None:
        under_way.deleted.add(instance.session_key)


def end_stale_sessions(sender, instance, update_fields=None, **kwargs) -> None:
    """Delete the person's sessions that lead to nobody any more, since the password changed or the user is disabled.

    Django would only refuse them one by one, whenever they come. The request's own session is looked at when all is
    done: whoever changes their password in it gets it renewed, or not.
    """
    if update_fields is not None and not {"password", "is_active"} & set(update_fields):
        return
    under_way = request_under_way.get()
    if under_way is not None:
        under_way.changed.add(instance.pk)
    for user in users_with({instance.pk}):  # not the instance: the rest of it may be from before
        for key in keys_of(user) - (under_way.keys if under_way else set()):
            if is_stale_session_of(SessionStore(key), user):
                SessionStore().delete(key)


def users_with(keys: set[Any]) -> list[AbstractBaseUser]:
    """As the database has them now."""
    return list(get_user_model()._base_manager.filter(pk__in=keys))


def is_stale_session_of(session: SessionBase, user: AbstractBaseUser) -> bool:
    """Whether it is a session of that user whom Django's ``ModelBackend`` would not accept. Only looks: ``get_user``
    gives a session that was signed with an old ``SECRET_KEY`` a new key, which no browser would have."""
    if session.get(SESSION_KEY) != user._meta.pk.value_to_string(user):
        return False
    accepted = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return not user.is_active or session.get(HASH_SESSION_KEY) not in accepted


def end_all_of(sender, instance, **kwargs) -> None:
    """Delete the sessions of a user who is being deleted."""
    for key in keys_of(instance):
        SessionStore().delete(key)


def keys_of(user: AbstractBaseUser) -> set[str]:
    """Of the person's sessions: those that allauth has noted, and those that led to a client."""
    noted = UserSession.objects.filter(user_id=user.pk)
    led_to_a_client = RelyingPartySession.objects.filter(user_id=user.pk, ended_at=None)
    return {key for rows in (noted, led_to_a_client) for key in rows.values_list("session_key", flat=True)}
