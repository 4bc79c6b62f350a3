"""Sessions at the provider, made and ended without the slow hash of a password."""

import time
from datetime import timedelta

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from backchannel_logout.delivery import deliver, due
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import notice_ends
from lab.servers import IDENTITY


def sign_in(client, user):
    """As the form does, without its slow hash."""
    client.force_login(user)
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=client.session.session_key)
    return client


def public_key():
    return jwkkit.load_jwk_from_pem(get_adapter().get_signing_key().pem)[1].public_key()


def claims_of(token):
    """Verified: as a client would."""
    return jwt.decode(token, public_key(), ["RS256"], audience="site-a", issuer=IDENTITY.origin)


def let_it_be_due():
    RelyingPartySession.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


def deliver_now():
    notice_ends()
    for one in due(timezone.now()):
        deliver(one)


def wait_for(receiver, number):
    """Until it got so many logout tokens."""
    deadline = time.monotonic() + 60
    while len(receiver.got) < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def let_it_expire(client, alice):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
