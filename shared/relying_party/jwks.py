"""identity's public keys: kept as long as its answer allows, fetched anew when a key is missing (RFC 7517)."""

import re
import threading

import jwt
from django.conf import settings
from django.core.cache import cache

from relying_party import provider_client
from relying_party.failures import SignInFailed, token_refused

KEPT_FOR = 300  # seconds, where the answer does not say how long
MAX_KEPT_FOR = 86_400
UNKNOWN_EVERY = 30  # seconds: whoever invents key ids must not make us ask each time
fetching = threading.Lock()  # many sign-ins at once ask once
LEAST_BITS = 2048
READ = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")  # all of them texts (RFC 7517, RFC 7518)


def key_named(kid: str | None) -> jwt.PyJWK:
    """The key that signs under that id; without one, the only key there is (OpenID Connect Core, section 10.1).

    Raises ``SignInFailed``.
    """
    keys = cache.get(settings.OIDC_OP_JWKS_ENDPOINT)
    if keys is None or not matching(keys, kid):
        keys = keys_with(kid)
    found = matching(keys, kid)
    if len(found) != 1:
        raise token_refused("kid", f"{len(found)} of identity's {len(keys)} public keys answer to {kid!r}")
    return usable(found[0])


def keys_with(kid: str | None) -> list[dict]:
    """The keys, fetched now unless another thread has just done so, or it was in vain a moment ago."""
    url, patience = settings.OIDC_OP_JWKS_ENDPOINT, sum(settings.OIDC_TIMEOUT)
    if not fetching.acquire(timeout=patience):
        raise SignInFailed("too_slow", f"no keys after {patience} seconds")
    try:
        keys = cache.get(url)
        if keys is None or (not matching(keys, kid) and cache.get(f"{url}#missing") is None):
            keys = fetched(url)
            if not matching(keys, kid):
                cache.set(f"{url}#missing", True, UNKNOWN_EVERY)
        return keys
    finally:
        fetching.release()


def matching(keys: list[dict], kid: str | None) -> list[dict]:
    """Keys for signatures of the agreed kind, by id."""
    agreed = settings.OIDC_RP_SIGN_ALGO
    return [
        key
        for key in keys
        if kid in (None, key.get("kid")) and key.get("use", "sig") == "sig" and key.get("alg", agreed) == agreed
    ]


def usable(jwk: dict) -> jwt.PyJWK:
    """The parsed key. Refuses one of another kind, and an RSA key that is too short (RFC 7518, section 3.3)."""
    try:
        key = jwt.PyJWK(jwk, algorithm=settings.OIDC_RP_SIGN_ALGO)
    except (jwt.PyJWTError, ValueError) as error:
        raise token_refused("kid", f"identity's key cannot be used: {error}") from error
    if getattr(key.key, "key_size", LEAST_BITS) < LEAST_BITS and jwk.get("kty") == "RSA":
        raise token_refused("kid", f"identity's key has {key.key.key_size} bits, fewer than {LEAST_BITS}")
    return key


def fetched(url: str) -> list[dict]:
    answer = provider_client.call("GET", url)
    keys = public_keys(provider_client.json_object(answer).get("keys"))
    cache.set(url, keys, lifetime_of(answer.headers.get("Cache-Control", "")))
    return keys


def public_keys(keys: object) -> list[dict]:
    """Of each public key the members that are read here; what is no such key is left out.

    A private one is none: whoever can read it signs as identity.
    """
    return [
        {name: key[name] for name in READ if name in key}
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, dict) and "d" not in key and all(isinstance(key.get(name, ""), str) for name in READ)
    ]


def lifetime_of(cache_control: str) -> int:
    """Seconds for which an answer may be kept (RFC 9111, section 5.2.2)."""
    if re.search(r"\bno-(store|cache)\b", cache_control, re.IGNORECASE):
        return 0
    found = re.search(r"\bmax-age=\"?(\d{1,10})\b", cache_control, re.IGNORECASE)
    return min(int(found[1]), MAX_KEPT_FOR) if found else KEPT_FOR
