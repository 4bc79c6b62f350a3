"""OP sessions: rows of Django's session table at the provider, each for as long as a person is signed in by it."""

from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet, Subquery


def unexpired(session_key: str, now: datetime) -> QuerySet[Session]:
    """The row whose key is in that column of the query around it."""
    return Session.objects.filter(session_key=OuterRef(session_key), expire_date__gt=now)


def with_an_op_session(now: datetime, session_key: str = "session_key") -> Exists:
    """A condition: there is an OP session of that key, which has not expired."""
    return Exists(unexpired(session_key, now))


def data_of_op_session(now: datetime, session_key: str = "session_key") -> Subquery:
    """What ``leads_to`` reads: the data of that row, None if it is gone or has expired."""
    return Subquery(unexpired(session_key, now).values("session_data"))


def leads_to(data: str | None, user: AbstractBaseUser) -> bool:
    """Whether a session with this data is one of that user, which Django would accept now."""
    session = Session(session_data=data).get_decoded() if data else {}
    return is_session_of(session, user) and is_accepted(session, user)


def is_stale_session_of(session: SessionBase | dict[str, Any], user: AbstractBaseUser) -> bool:
    """Whether it is a session of that user that Django would not accept any more.

    Changes nothing, unlike Django's ``get_user``: that gives a session from before a new ``SECRET_KEY`` another key,
    which no browser would have.
    """
    return is_session_of(session, user) and not is_accepted(session, user)


def is_session_of(session: SessionBase | dict[str, Any], user: AbstractBaseUser) -> bool:
    return session.get(SESSION_KEY) == user._meta.pk.value_to_string(user)


def is_accepted(session: SessionBase | dict[str, Any], user: AbstractBaseUser) -> bool:
    """Whether the user is not disabled, and has the password that the session began with."""
    hashed = session.get(HASH_SESSION_KEY)
    accepted = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return user.is_active and hashed in accepted
