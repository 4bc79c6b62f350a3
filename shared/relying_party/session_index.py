"""Which sessions here belong to which session at identity, so that a logout token ends those and no other.

The way from ``sid`` to a session is a row, in whatever store the session itself lies. It leads to the session's key,
and follows that when it changes.
"""

import hashlib
import json
import math
from collections.abc import Callable
from datetime import timedelta

from django.contrib import auth
from django.contrib.sessions.backends import cached_db, db
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from relying_party.backend import username_of
from relying_party.failures import SignInFailed
from relying_party.models import KnownSession, LogoutToken

SID = "oidc_sid"  # in each session that has come from identity: a copy under a new key has it, an emptied one has not
LOOK_INTERVAL = timedelta(days=1)
MAX_AT_ONCE = 20  # old rows that one request looks at


def digest_of(issuer: str, value: str) -> str:
    """One name for each ``sid``, or ``jti``, of each provider."""
    return hashlib.sha256(json.dumps([issuer, value]).encode()).hexdigest()


def sid_of(claims: dict) -> str:
    """The session at identity that the claims name, as it is kept; nothing where they name none."""
    sid = claims.get("sid")
    return digest_of(claims["iss"], sid) if isinstance(sid, str) and sid else ""


def person_of(claims: dict) -> str:
    return username_of(claims["iss"], claims["sub"]) if "sub" in claims else ""


def issued_at(claims: dict) -> int:
    """In seconds, as every database can keep it."""
    return math.floor(max(claims["iat"], 0))


def remember(request: HttpRequest, claims: dict) -> None:
    """Note to which session here the ID Token has led; after ``login()``, which gives it a new key.

    Raises ``SignInFailed``, and signs out again, if identity has ended its session while the sign-in was under way.
    """
    sid, person = sid_of(claims), person_of(claims)
    request.session[SID] = sid
    if request.session.session_key is None:  # another person's was emptied: it gets a key once it is saved
        request.session.create()
    KnownSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"sid": sid, "person": person, "looked_at": timezone.now()},
    )
    drop_old(type(request.session))
    try:
        check_not_ended_meanwhile(claims)
    except SignInFailed:
        auth.logout(request)
        raise


def check_not_ended_meanwhile(claims: dict) -> None:
    """Refuse a sign-in that a logout token has overtaken: when that came, there was no session to end yet."""
    sid, person = sid_of(claims), person_of(claims)
    of_the_person = Q(sid="", person=person, issued__gte=issued_at(claims))
    if LogoutToken.objects.filter(Q(sid=sid) & ~Q(sid="") | of_the_person).exists():
        raise SignInFailed("ended_meanwhile", "a logout token for it came before the sign-in was finished")


def end(sid: str, person: str, store: type[SessionBase]) -> int:
    """Delete the sessions that are known by all that is named, in that store, and say how many rows led there."""
    named = {name: value for name, value in {"sid": sid, "person": person}.items() if value}
    with transaction.atomic():
        known = list(KnownSession.objects.select_for_update().filter(**named))
        for one in known:
            store(one.session_key).delete()
        KnownSession.objects.filter(pk__in=[one.pk for one in known]).delete()
    return len(known)


def forget_whoever_signs_out(sender, request: HttpRequest, **kwargs) -> None:
    forget(request.session.session_key)


def forget(session_key: str | None) -> None:
    KnownSession.objects.filter(session_key=session_key).delete()


class KnownSessionMiddleware:
    """Goes along when a session gets another key, by ``cycle_key()`` or a changed password, whatever the store.

    Stands within SessionMiddleware: what it empties is not saved. Django's stores but ``db`` look whether a session is
    there and then write it: one that a logout token ends in between is back. There, each request looks first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not saves_what_is_there_only(request.session) and has_been_ended(request.session):
            request.session.flush()
        before = request.session.session_key
        response = self.get_response(request)
        if before and request.session.session_key not in (None, before):
            follow(request.session, before)
        return response


def saves_what_is_there_only(session: SessionBase) -> bool:
    return isinstance(session, db.SessionStore) and not isinstance(session, cached_db.SessionStore)


def has_been_ended(session: SessionBase) -> bool:
    """Whether it came from identity, and nothing leads to it any more."""
    return SID in session and not KnownSession.objects.filter(session_key=session.session_key).exists()


def follow(session: SessionBase, before: str) -> None:
    """The row of the key ``before`` leads to the session now. If it is gone, a logout token came in that instant."""
    rows = KnownSession.objects
    if SID not in session or rows.filter(session_key=session.session_key).exists():
        forget(before)  # somebody else's session, or one that a sign-in has just noted
    elif not rows.filter(session_key=before).update(session_key=session.session_key):
        session.flush()


def drop_old(store: type[SessionBase]) -> None:
    """Forget some sessions that have ended with nobody signing out, and logout tokens that have long expired."""
    now = timezone.now()
    for known in KnownSession.objects.filter(looked_at__lt=now - LOOK_INTERVAL)[:MAX_AT_ONCE]:
        if SID in store(known.session_key):
            KnownSession.objects.filter(pk=known.pk).update(looked_at=now)
        else:
            known.delete()
    drop(LogoutToken.objects.filter(until__lt=now))


def drop(rows: QuerySet) -> None:
    rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:MAX_AT_ONCE])).delete()
