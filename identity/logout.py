"""Telling clients that an OP session has ended: the provider's half of OpenID Connect Back-Channel Logout 1.0.

One rule: a logout token is due for every RP session whose OP session row is gone or past its expire date. So signing
out, ending a session from another browser and expiry need no code of their own, a changed password and a disabled user
no more than what deletes the rows (``at_once``): whatever ends a row is followed by the same steps. What the session
gave, its tokens and its codes, ends with it (``session_bound``).

The request that ends a session tries at once and lets the person wait ``PATIENCE`` at most (``at_once``). What
is left, the courier does: ``manage.py courier``.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit, urlunsplit

import jwt
import requests
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from identity.models import RelyingPartySession
from shared.bounded import NoAnswer, exchange

logger = logging.getLogger(__name__)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_LIVES = 120  # seconds; the specification recommends two minutes at most
PATIENCE = 2.0  # seconds that whoever ends a session waits for the clients' answers
TIMEOUT = 10.0  # seconds that a client may take: it may have to ask for our keys first
CONNECT = 3.0
MOST_BYTES = 16_384  # of an answer of which only the status counts
AT_ONCE = 16
MOST_AT_ONCE = 500  # ends noticed in one transaction
LEASE = timedelta(seconds=TIMEOUT + 5)  # in which nobody else tries: afterwards whoever did has died
LONGEST_PAUSE = 3600
GIVE_UP_AFTER = timedelta(seconds=settings.SESSION_COOKIE_AGE)  # as long as a session lasts here
KEPT_FOR = timedelta(days=30)
SID = "sid"  # in the ``data`` of codes and tokens


# Beginning.


def sid_of(session_key: str, client: Client, user: AbstractBaseUser) -> str:
    """The name under which that client knows this OP session, from the first sign-in on (Back-Channel Logout, 2.1).

    Raises ``SessionInterrupted`` if the OP session has ended since the request came: it leads to nobody any more.
    """
    about = {"user": user, "subject": get_adapter().get_user_sub(client, user)}
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=session_key)
        if row.values_list("pk").first() is None:
            raise SessionInterrupted("The session was ended while this request was under way.")
        found, _ = RelyingPartySession.objects.get_or_create(
            session_key=session_key, client=client, ended=None, defaults=about
        )
    return found.sid


# Noticing the end.


def with_an_op_session() -> Exists:
    return Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now()))


def notice_ends(**which) -> None:
    """Mark RP sessions whose OP session has ended as due, and revoke what it gave.

    Whoever is being given something by that session holds its row meanwhile (``holds``): it is revoked, too.
    """
    ended = RelyingPartySession.objects.filter(~with_an_op_session(), ended=None, **which)
    if not ended.exists():  # a look takes no lock
        return
    with transaction.atomic():
        sids = list(ended.select_for_update().values_list("sid", flat=True)[:MOST_AT_ONCE])
        marked, now = RelyingPartySession.objects.filter(sid__in=sids), timezone.now()
        marked.filter(can_be_told()).update(next_try=now)
        marked.update(ended=now)
        Token.objects.filter(**{f"data__{SID}__in": sids}).delete()


def holds(sid: str) -> bool:
    """Whether that session goes on; and if so, it does not end before this transaction does."""
    rows = RelyingPartySession.objects.select_for_update().filter(sid=sid, ended=None)
    return rows.values_list("pk", flat=True).first() is not None


def can_be_told() -> Q:
    return Q(client__data__client_metadata__backchannel_logout_uri__isnull=False)


def due() -> QuerySet[RelyingPartySession]:
    return RelyingPartySession.objects.filter(ended__isnull=False, told=None, next_try__lte=timezone.now())


def waiting(client_id: str) -> QuerySet[RelyingPartySession]:
    """What that client was told in vain, and nobody is telling it now."""
    in_vain = RelyingPartySession.objects.filter(client_id=client_id, told=None).exclude(outcome="")
    return in_vain.filter(next_try__gt=timezone.now())


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
    """One try (2.5), and what came of it. Of several processes that would, one does: there is no outcome meanwhile."""
    now = timezone.now()
    if not due().filter(pk=ended.pk).update(next_try=now + LEASE, tries=F("tries") + 1, outcome=""):
        return
    ended.refresh_from_db(fields=["tries"])
    mine = RelyingPartySession.objects.filter(pk=ended.pk, told=None)
    if outcome := answer_to(ended):
        # Unless somebody else tries by now.
        mine.filter(tries=ended.tries).update(outcome=outcome, next_try=next_try_of(ended))
        return
    now = timezone.now()
    mine.update(told=now, outcome="", next_try=None)
    waiting(ended.client_id).update(next_try=now)  # it is there again


def answer_to(ended: RelyingPartySession) -> str:
    """What was wrong with the client's answer to a logout token; nothing if it knows now."""
    form = {"logout_token": logout_token(ended)}  # if that fails, it is no fault of the address
    try:
        uri = urlsplit(ended.client.data["client_metadata"]["backchannel_logout_uri"])
        request = requests.Request(
            "POST",
            urlunsplit(uri._replace(netloc=connected(uri))),
            headers={"Host": uri.netloc},
            data=form,
        ).prepare()
    except (AttributeError, KeyError, TypeError, ValueError, requests.RequestException):
        return "no usable address"
    try:
        answer = exchange(request, CONNECT, TIMEOUT, MOST_BYTES)
    except NoAnswer as failure:
        return failure.reason.replace("_", " ")
    return "" if answer.status in (200, 204) else f"answered {answer.status}"


def connected(uri: SplitResult) -> str:
    """Where to connect: Python does not resolve ``*.localhost``, which browsers take for this machine."""
    is_here = uri.scheme == "http" and uri.hostname.endswith(".localhost")
    return f"127.0.0.1:{uri.port or 80}" if is_here else uri.netloc


def next_try_of(ended: RelyingPartySession):
    """After 1, 2, 4 ... seconds, an hour at most; never after ``GIVE_UP_AFTER``."""
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
    except Exception:
        logger.exception("A client could not be told; this is tried again.")
    finally:
        connections.close_all()


def forget_old() -> None:
    """Forget what ended long ago, and needs no telling any more."""
    RelyingPartySession.objects.filter(ended__lt=timezone.now() - KEPT_FOR, next_try=None).delete()
