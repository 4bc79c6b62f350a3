"""Which sessions here belong to which session at the provider, so that a logout token ends those and no other.

A row leads from ``sid`` to the session's key, whatever the session engine. It is updated when the key changes.
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

SID = "oidc_sid"  # in each session of a sign-in: a copy under a new key has it, an emptied session has not
LOOK_INTERVAL = timedelta(days=1)
MAX_CLEANUP = 20  # old rows that one request checks


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
    """Store which session here the ID Token has led to. Called after ``login()``, which changes the session's key.

    Raises ``SignInFailed``, and signs out again, if the provider ended its session while the sign-in was under way.
    """
    sid, person = sid_of(claims), person_of(claims)
    request.session[SID] = sid
    if request.session.session_key is None:  # another person's session was emptied: it has no key before it is saved
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
    """Refuse a sign-in whose logout token came before it: at that time there was no session to end yet."""
    sid, person = sid_of(claims), person_of(claims)
    of_the_person = Q(sid="", person=person, issued__gte=issued_at(claims))
    if LogoutToken.objects.filter(Q(sid=sid) & ~Q(sid="") | of_the_person).exists():
        raise SignInFailed("ended_meanwhile", "a logout token for it came before the sign-in was finished")


def end(sid: str, person: str, store: type[SessionBase]) -> int:
    """Delete from that store the sessions that match all that is named. Returns how many rows led to them."""
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
    return SID in session and not KnownSession.objects.filter(session_key=session.session_key).exists()


def follow(session: SessionBase, before: str) -> None:
    """Let the row of the key ``before`` lead to this session. Without one, a logout token has just ended it."""
    rows = KnownSession.objects
    if SID not in session or rows.filter(session_key=session.session_key).exists():
        forget(before)  # the session of another person, or of a new sign-in, which has a row of its own
    elif not rows.filter(session_key=before).update(session_key=session.session_key):
        session.flush()


def drop_old(store: type[SessionBase]) -> None:
    """Delete some rows of sessions that expired without a sign-out, and of logout tokens that expired long ago."""
    now = timezone.now()
    for known in KnownSession.objects.filter(looked_at__lt=now - LOOK_INTERVAL)[:MAX_CLEANUP]:
        if SID in store(known.session_key):
            KnownSession.objects.filter(pk=known.pk).update(looked_at=now)
        else:
            known.delete()
    drop(LogoutToken.objects.filter(until__lt=now))


def drop(rows: QuerySet) -> None:
    rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:MAX_CLEANUP])).delete()
