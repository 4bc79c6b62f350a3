"""How this site proves at the token endpoint which client it is (OpenID Connect Core, section 9; RFC 6749, 2.3)."""

import secrets
import time
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import quote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

ASSERTION_LIVES = 60  # seconds
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523, section 2.2
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Proof(NamedTuple):
    """What a request to the token endpoint has in addition."""

    form: dict[str, str]
    headers: dict[str, str]


def proof() -> Proof:
    """By a private key, by the secret, or by nothing but the name: then PKCE alone protects the code (RFC 7636)."""
    name, secret = settings.OIDC_RP_CLIENT_ID, getattr(settings, "OIDC_RP_CLIENT_SECRET", None)
    if settings.OIDC_RP_PRIVATE_KEY:
        return Proof({"client_id": name, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion()}, {})
    if not secret:
        return Proof({"client_id": name}, {})
    if getattr(settings, "OIDC_TOKEN_USE_BASIC_AUTH", False):
        pair = f"{quote_plus(name)}:{quote_plus(secret)}"  # RFC 6749, section 2.3.1
        return Proof({}, {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"})
    return Proof({"client_id": name, "client_secret": secret}, {})


def assertion() -> str:
    """A JWT that only the owner of the private key can make (RFC 7523, section 3)."""
    now, name, key = int(time.time()), settings.OIDC_RP_CLIENT_ID, private_key()
    claims = {
        "iss": name,
        "sub": name,
        "aud": settings.OIDC_OP_TOKEN_ENDPOINT,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + ASSERTION_LIVES,
    }
    kid = settings.OIDC_RP_PRIVATE_KEY_ID
    return jwt.encode(claims, key, algorithm_of(key), headers={"kid": kid} if kid else None)


def private_key() -> PrivateKey:
    """The key in the settings. Raises ``ValueError`` for what is no such key."""
    text: str = settings.OIDC_RP_PRIVATE_KEY or ""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except TypeError as error:  # it is encrypted
        raise ValueError(str(error)) from error
    if not isinstance(key, PrivateKey):
        raise ValueError(f"a key of another kind: {type(key).__name__}")
    return key


def algorithm_of(key: PrivateKey) -> str:
    """By which such a key signs here (RFC 7518, section 3.1; RFC 8037)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "RS256"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {256: "ES256", 384: "ES384", 521: "ES512"}[key.curve.key_size]
    return "EdDSA"
