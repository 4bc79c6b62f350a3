"""identity's public keys, fetched rarely."""

import jwt
from django.conf import settings
from django.core.cache import cache

from shared.relying_party import back_channel
from shared.relying_party.failures import refuse_token

KEPT_FOR = 300  # seconds


def signing_key(kid: str) -> jwt.PyJWK:
    """The key of that id, from the cache or, when it is not there, from identity's JWKS (RFC 7517, section 5)."""
    for fetch in (fetched_lately, fetch_now):
        for jwk in fetch():
            if jwk.get("kid") == kid and jwk.get("use", "sig") == "sig":
                return jwt.PyJWK(jwk, algorithm=settings.OIDC_RP_SIGN_ALGO)
    raise refuse_token("kid", "identity publishes no key of that id")


def fetched_lately() -> list[dict]:
    return cache.get(settings.OIDC_OP_JWKS_ENDPOINT, [])


def fetch_now() -> list[dict]:
    keys = back_channel.call("GET", settings.OIDC_OP_JWKS_ENDPOINT).get("keys")
    keys = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    cache.set(settings.OIDC_OP_JWKS_ENDPOINT, keys, KEPT_FOR)
    return keys
