"""What a request that ends sessions does about it, and what else deletes their rows."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models.signals import post_delete, post_save, pre_delete
from django.http import HttpRequest, HttpResponse

from identity.engine.db import SessionStore
from identity.logout import PATIENCE, due, notice_ends, tell_all
from identity.models import RelyingPartySession

logger = logging.getLogger(__name__)


@dataclass
class UnderWay:
    """The request that this thread is in the middle of: the keys of rows that it deleted, the users that it changed."""

    request: HttpRequest
    deleted: set[str] = field(default_factory=set)
    changed: set[Any] = field(default_factory=set)  # by primary key

    @property
    def keys(self) -> set[str]:
        """Of its own session: the one that came, and the present one."""
        return {self.request.COOKIES.get(settings.SESSION_COOKIE_NAME), self.request.session.session_key}


request_under_way: ContextVar[UnderWay | None] = ContextVar("request_under_way", default=None)


class TellingMiddleware:
    """Tries at once, at the end of a request that has deleted rows of sessions, whatever it was for. Its own is among
    them if it leads to nobody any more, and its user was saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        under_way = UnderWay(request)
        token = request_under_way.set(under_way)
        try:
            response = self.get_response(request)
            end_own_session(under_way)
        finally:
            request_under_way.reset(token)
        if under_way.deleted:
            tell_at_once(under_way.deleted)
        return response


def end_own_session(under_way: UnderWay) -> None:
    """Now that all is done: what was saved may have been taken back, and the session renewed."""
    session = under_way.request.session
    try:
        if any(names_in_vain(session, user) for user in users_with(under_way.changed)):
            session.flush()
    except DatabaseError:
        logger.exception("Django refuses this session when it comes again.")


def tell_at_once(keys: set[str]) -> None:
    try:
        notice_ends(session_key__in=keys)
        tell_all(due().filter(session_key__in=keys).select_related("client"), PATIENCE)
    except DatabaseError:
        logger.exception("The sessions have ended; the courier tells of it.")


def connect() -> None:
    """From now on, notice which rows are deleted, and delete those of whom nobody knows any more."""
    post_delete.connect(note_deleted, sender=Session)
    post_save.connect(end_where_nobody_is_known, sender=get_user_model())
    pre_delete.connect(end_all_of, sender=get_user_model())


def note_deleted(sender, instance: Session, **kwargs) -> None:
    under_way = request_under_way.get()
    if under_way is not None:
        under_way.deleted.add(instance.session_key)


def end_where_nobody_is_known(sender, instance, update_fields=None, **kwargs) -> None:
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
            if names_in_vain(SessionStore(key), user):
                SessionStore().delete(key)


def users_with(keys: set[Any]) -> list[AbstractBaseUser]:
    """As the database has them now."""
    return list(get_user_model()._base_manager.filter(pk__in=keys))


def names_in_vain(session: SessionBase, user: AbstractBaseUser) -> bool:
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
    noted = UserSession.objects.filter(user=user)
    led_to_a_client = RelyingPartySession.objects.filter(user=user, ended=None)
    return {key for rows in (noted, led_to_a_client) for key in rows.values_list("session_key", flat=True)}
