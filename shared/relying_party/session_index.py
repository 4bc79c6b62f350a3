"""Which sessions here belong to which session at the provider, so that a logout token ends those and no other.

A row leads from ``sid`` to the session's key, whatever the session engine. It is updated when the key changes.
"""

import hashlib
import json
import math
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends import cached_db, db
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from compiled_query import compiled
from relying_party.backend import username_of
from relying_party.failures import SignInFailed
from relying_party.models import KnownSession, LogoutToken

SID = "oidc_sid"  # in each session of a sign-in: a copy under a new key has it, an emptied session has not
LOOK_INTERVAL = timedelta(days=1)
AT_ONCE = 500  # sessions: a statement takes a limited number of values
MAX_CLEANUP = 20  # old rows that one request checks


@compiled
def known_under(key) -> QuerySet[KnownSession]:
    return KnownSession.objects.filter(session_key=key)


@compiled
def known_of_both(key, other) -> QuerySet[KnownSession, str]:
    return KnownSession.objects.filter(session_key__in=[key, other]).values_list("session_key", flat=True)


@compiled
def not_looked_at_since(moment) -> QuerySet[KnownSession]:
    return KnownSession.objects.filter(looked_at__lt=moment)[:MAX_CLEANUP]


@compiled
def logout_token_for(sid, person, issued) -> QuerySet[LogoutToken]:
    """Of that session, or of all sessions of that person."""
    of_the_person = Q(sid="", person=person, issued__gte=issued)
    return LogoutToken.objects.filter(Q(sid=sid) & ~Q(sid="") | of_the_person)[:1]


@compiled
def logout_tokens_over(moment) -> QuerySet[LogoutToken]:
    return LogoutToken.objects.filter(until__lt=moment)[:MAX_CLEANUP]


def digest_of(issuer: str, value: str) -> str:
    """What is kept of a ``sid`` or ``jti`` of that provider."""
    return hashlib.sha256(json.dumps([issuer, value]).encode()).hexdigest()


def sid_of(claims: dict) -> str:
    """The session at the provider that the claims name, as it is kept; an empty text where they name none."""
    sid = claims.get("sid")
    return digest_of(claims["iss"], sid) if isinstance(sid, str) and sid else ""


def person_of(claims: dict) -> str:
    return username_of(claims["iss"], claims["sub"]) if "sub" in claims else ""


def issued_at(claims: dict) -> int:
    """When the token was issued, in whole seconds: every database can store that."""
    return math.floor(max(claims["iat"], 0))


def remember(request: HttpRequest, claims: dict) -> None:
    """Store which session here the ID Token has led to. Called after ``login()``, which changes the session's key."""
    row = {"sid": sid_of(claims), "person": person_of(claims), "looked_at": timezone.now()}
    request.session[SID] = row["sid"]
    if request.session.session_key is None:  # another person's session was emptied: it has no key before it is saved
        request.session.create()
    key = request.session.session_key
    if not known_under.update(row, key=key):
        KnownSession.objects.update_or_create(session_key=key, defaults=row)


def named_by_sign_in(session_key: str | None) -> tuple[str, str]:
    """The session and the person at the provider that this session came of; empty texts if it came of no sign-in."""
    known = known_under.one(key=session_key) if session_key else None
    return (known.sid, known.person) if known else ("", "")


def check_not_ended_meanwhile(request: HttpRequest, claims: dict) -> None:
    """Refuse a sign-in whose logout token came before it, and sign out again: there was no session to end then.

    Called when the row of ``remember`` is committed: a logout token that comes later finds it.
    """
    if logout_token_for.one(sid=sid_of(claims), person=person_of(claims), issued=issued_at(claims)):
        auth.logout(request)
        raise SignInFailed("ended_meanwhile", "a logout token for it came before the sign-in was finished")


def end(sid: str, person: str, store: type[SessionBase]) -> int:
    """Delete from that store the sessions that match all that is named. Returns how many rows led to them."""
    named = {name: value for name, value in {"sid": sid, "person": person}.items() if value}
    with transaction.atomic():
        known = list(KnownSession.objects.select_for_update().filter(**named).values_list("session_key", flat=True))
        for start in range(0, len(known), AT_ONCE):
            keys = known[start : start + AT_ONCE]
            delete_sessions(keys, store)
            KnownSession.objects.filter(session_key__in=keys).delete()
    return len(known)


def delete_sessions(keys: list[str], store: type[SessionBase]) -> None:
    """Delete them, at once where the engine deletes rows as Django's do; another may do more for each."""
    if issubclass(store, db.SessionStore) and store.delete in (db.SessionStore.delete, cached_db.SessionStore.delete):
        store.get_model_class().objects.filter(session_key__in=keys).delete()
        if issubclass(store, cached_db.SessionStore):
            caches[settings.SESSION_CACHE_ALIAS].delete_many([store.cache_key_prefix + key for key in keys])
    else:
        for key in keys:
            store(key).delete()


def forget_whoever_signs_out(sender, request: HttpRequest, **kwargs) -> None:
    forget(request.session.session_key)


def forget(session_key: str | None) -> None:
    KnownSession.objects.filter(session_key=session_key).delete()


class KnownSessionMiddleware:
    """Updates the row when a session gets another key (``cycle_key()``, a changed password), whatever the store.

    Must come after SessionMiddleware, which then does not save a session that was emptied here. All of Django's stores
    except ``db`` save a session again that a logout token has just deleted; so with these, each request first checks
    whether its session has ended.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if may_restore_deleted(request.session) and has_been_ended(request.session):
            request.session.flush()
        before = request.session.session_key
        response = self.get_response(request)
        if before and request.session.session_key not in (None, before):
            follow(request.session, before)
        return response


def may_restore_deleted(session: SessionBase) -> bool:
    return not isinstance(session, db.SessionStore) or isinstance(session, cached_db.SessionStore)


def has_been_ended(session: SessionBase) -> bool:
    """Whether it came from a sign-in, and no row leads to it any more."""
    return SID in session and not known_under.rows(key=session.session_key)


def follow(session: SessionBase, before: str) -> None:
    """Let the row of the key ``before`` lead to this session. Without one, a logout token has just ended it."""
    known = known_of_both.rows(key=session.session_key, other=before)
    if SID not in session or session.session_key in known:
        if before in known:  # of another person, or of a sign-in before the one that has a row of its own
            forget(before)
    elif not known_under.update({"session_key": session.session_key}, key=before):
        session.flush()


def drop_old(store: type[SessionBase]) -> None:
    """Delete some rows of sessions that expired without a sign-out, and of logout tokens that expired long ago."""
    now = timezone.now()
    for known in not_looked_at_since.rows(moment=now - LOOK_INTERVAL):
        if SID in store(known.session_key):
            known_under.update({"looked_at": now}, key=known.session_key)
        else:
            known.delete()
    if over := logout_tokens_over.rows(moment=now):
        LogoutToken.objects.filter(pk__in=[token.pk for token in over]).delete()
