"""The logout token: a signed statement that a session has ended (OpenID Connect Back-Channel Logout 1.0, 2.4)."""

import time
import uuid

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter

from backchannel_logout.models import RelyingPartySession

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_LIFETIME = 120  # seconds; the specification recommends two minutes at most


def logout_token(ended: RelyingPartySession) -> str:
    """A new one for each attempt, signed with the key that signs ID Tokens."""
    now, adapter = int(time.time()), get_adapter()
    claims = {
        "iss": adapter.get_issuer(),
        "sub": ended.subject,
        "aud": ended.client_id,
        "iat": now,
        "exp": now + TOKEN_LIFETIME,
        "jti": uuid.uuid4().hex,
        "sid": ended.sid,
        "events": {EVENT: {}},
    }
    jwk, key = jwkkit.load_jwk_from_pem(adapter.get_signing_key().pem)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": jwk["kid"], "typ": "logout+jwt"})
