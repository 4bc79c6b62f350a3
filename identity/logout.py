"""Telling clients that an OP session has ended: the provider's half of OpenID Connect Back-Channel Logout 1.0.

One rule: a logout token is due for every RP session whose OP session row is gone or past its expire date. So signing
out, ending a session from another browser, a changed password, a disabled user and expiry need no code of their own:
whatever deletes the row, or lets it expire, is followed by the same steps. What the session gave, its tokens and its
codes, ends with it.

The request that ends a session tries at once and lets the person wait ``PATIENCE`` at most (``at_once``). What
is left, the courier does: ``manage.py courier``.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import jwt
import requests
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from identity.models import RelyingPartySession
from shared.bounded import NoAnswer, exchange

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_LIVES = 120  # seconds; the specification recommends two minutes at most
PATIENCE = 2.0  # seconds that whoever ends a session waits for the clients' answers
TIMEOUT = 10.0  # seconds that a client may take: it may have to ask for our keys first
CONNECT = 3.0
MOST_BYTES = 16_384  # of an answer of which only the status counts
AT_ONCE = 16
LEASE = timedelta(seconds=TIMEOUT + 5)  # in which nobody else tries: afterwards whoever did has died
LONGEST_PAUSE = 3600
GIVE_UP_AFTER = timedelta(seconds=settings.SESSION_COOKIE_AGE)  # by then the client's session has expired, too
KEPT_FOR = timedelta(days=30)
SID = "sid"  # in the ``data`` of codes and tokens


# Beginning.


def sid_of(session_key: str, client: Client, subject: str) -> str:
    """The name under which that client knows this OP session, from the first sign-in on (Back-Channel Logout, 2.1)."""
    found, _ = RelyingPartySession.objects.get_or_create(
        session_key=session_key, client=client, defaults={"subject": subject}
    )
    return found.sid


# Noticing the end.


def with_an_op_session() -> Exists:
    return Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now()))


def notice_ends(**which) -> None:
    """Mark RP sessions whose OP session has ended as due, and revoke what it gave."""
    ended = RelyingPartySession.objects.filter(~with_an_op_session(), ended=None, **which)
    if sids := list(ended.values_list("sid", flat=True)):
        now = timezone.now()
        Token.objects.filter(**{f"data__{SID}__in": sids}).delete()
        RelyingPartySession.objects.filter(sid__in=sids).update(ended=now, next_try=now)
        RelyingPartySession.objects.filter(~can_be_told(), sid__in=sids).update(next_try=None)


def can_be_told() -> Q:
    return Q(client__data__client_metadata__backchannel_logout_uri__isnull=False)


def due() -> QuerySet[RelyingPartySession]:
    return RelyingPartySession.objects.filter(ended__isnull=False, told=None, next_try__lte=timezone.now())


# Telling.


def logout_token(ended: RelyingPartySession) -> str:
    """A fresh one for each try (Back-Channel Logout, 2.4)."""
    now, adapter = int(time.time()), get_adapter()
    claims = {
        "iss": adapter.get_issuer(),
        "sub": ended.subject,
        "aud": ended.client_id,
        "iat": now,
        "exp": now + TOKEN_LIVES,
        "jti": uuid.uuid4().hex,
        "sid": ended.sid,
        "events": {EVENT: {}},
    }
    jwk, key = jwkkit.load_jwk_from_pem(adapter.get_signing_key().pem)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": jwk["kid"], "typ": "logout+jwt"})


def tell(ended: RelyingPartySession) -> None:
    """One try (2.5), and what came of it. Of several processes that would, one does."""
    now = timezone.now()
    if not due().filter(pk=ended.pk).update(next_try=now + LEASE, tries=F("tries") + 1):
        return
    outcome = answer_to(ended)
    ended.refresh_from_db(fields=["tries"])
    told = None if outcome else timezone.now()
    RelyingPartySession.objects.filter(pk=ended.pk).update(
        told=told, outcome=outcome, next_try=None if told else next_try_of(ended)
    )


def answer_to(ended: RelyingPartySession) -> str:
    """What was wrong with the client's answer to a logout token; nothing if it knows now."""
    uri = urlsplit(ended.client.data["client_metadata"]["backchannel_logout_uri"])
    request = requests.Request(
        "POST",
        urlunsplit(uri._replace(netloc=connected(uri.hostname, uri.netloc))),
        headers={"Host": uri.netloc},
        data={"logout_token": logout_token(ended)},
    ).prepare()
    try:
        answer = exchange(request, CONNECT, TIMEOUT, MOST_BYTES)
    except NoAnswer as failure:
        return failure.reason.replace("_", " ")
    return "" if answer.status in (200, 204) else f"answered {answer.status}"


def connected(host: str, netloc: str) -> str:
    """Where to connect: Python does not resolve ``*.localhost``, which browsers take for this machine."""
    return netloc.replace(host, "127.0.0.1", 1) if host.endswith(".localhost") else netloc


def next_try_of(ended: RelyingPartySession):
    """After 1, 2, 4 ... seconds, an hour at most; never once the client's own session must have expired."""
    pause = timedelta(seconds=min(2 ** min(ended.tries - 1, 20), LONGEST_PAUSE))
    at = timezone.now() + pause
    return at if at < ended.ended + GIVE_UP_AFTER else None


def tell_all(ended: Iterable[RelyingPartySession], patience: float) -> None:
    """Tell them at the same time; go on after ``patience`` seconds while the slow ones are still being told."""
    pool = ThreadPoolExecutor(AT_ONCE)
    wait([pool.submit(in_a_thread, tell, one) for one in ended], timeout=patience)
    pool.shutdown(wait=False, cancel_futures=True)


def in_a_thread(call: Callable, *args) -> None:
    try:
        call(*args)
    finally:
        connections.close_all()


def forget_old() -> None:
    """Forget what ended long ago."""
    RelyingPartySession.objects.filter(ended__lt=timezone.now() - KEPT_FOR).delete()
