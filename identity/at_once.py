"""What a request that ends sessions does about it, and what else deletes their rows."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from allauth.core.internal.sessionkit import get_session_user
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save, pre_delete
from django.http import HttpRequest, HttpResponse

from identity.engine.db import SessionStore
from identity.logout import PATIENCE, due, notice_ends, tell_all
from identity.models import RelyingPartySession


@dataclass
class UnderWay:
    """The request that this thread is in the middle of: its own session, and the keys of rows that it deleted."""

    key: str
    deleted: set[str] = field(default_factory=set)


request_under_way: ContextVar[UnderWay | None] = ContextVar("request_under_way", default=None)


class TellingMiddleware:
    """Tries at once, at the end of a request that has deleted rows of sessions, whatever it was for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        under_way = UnderWay(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        token = request_under_way.set(under_way)
        try:
            response = self.get_response(request)
        finally:
            request_under_way.reset(token)
        if under_way.deleted:
            tell_at_once(under_way.deleted)
        return response


def tell_at_once(keys: set[str]) -> None:
    notice_ends(session_key__in=keys)
    tell_all(due().filter(session_key__in=keys).select_related("client"), PATIENCE)


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

    Django would only refuse them one by one, whenever they come. The session of whoever changes their own password
    goes on: Django is about to renew it.
    """
    if update_fields is not None and not {"password", "is_active"} & set(update_fields):
        return
    under_way = request_under_way.get()
    own = under_way.key if under_way and instance.is_active else None
    for key in keys_of(instance) - {own}:
        if get_session_user(SessionStore(key)) is None:
            SessionStore().delete(key)


def end_all_of(sender, instance, **kwargs) -> None:
    """Delete the sessions of a user who is being deleted."""
    for key in keys_of(instance):
        SessionStore().delete(key)


def keys_of(user: AbstractUser) -> set[str]:
    """Of the person's sessions: those that allauth has noted, and those that led to a client."""
    noted = UserSession.objects.filter(user=user)
    led_to_a_client = RelyingPartySession.objects.filter(user=user, ended=None)
    return {key for rows in (noted, led_to_a_client) for key in rows.values_list("session_key", flat=True)}
