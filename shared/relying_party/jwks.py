"""The provider's public keys: kept as long as its answer allows, fetched again if a key is missing (RFC 7517)."""

import re
import threading

import jwt
from django.conf import settings
from django.core.cache import cache

from relying_party import provider_client
from relying_party.failures import SignInFailed, token_refused

DEFAULT_LIFETIME = 300  # seconds that keys are kept if the answer does not say how long
MAX_LIFETIME = 86_400
UNKNOWN_KEY_PAUSE = 30  # seconds: an invented key id must not make us fetch the keys each time
MIN_BITS = 2048
MEMBERS = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")  # all of them texts (RFC 7517, RFC 7518)
fetching = threading.Lock()  # many simultaneous sign-ins fetch the keys once


def key_named(kid: str | None) -> jwt.PyJWK:
    """The key with that id; without an id, the only key there is (OpenID Connect Core, section 10.1).

    Raises ``SignInFailed``.
    """
    keys = cache.get(settings.OIDC_OP_JWKS_ENDPOINT)
    if keys is None or not matching(keys, kid):
        keys = keys_with(kid)
    found = matching(keys, kid)
    if len(found) != 1:
        raise token_refused("kid", f"{len(found)} of the provider's {len(keys)} public keys answer to {kid!r}")
    return usable(found[0])


def keys_with(kid: str | None) -> list[dict]:
    """The keys, fetched now, unless another thread has just done so or that key was missing a moment ago."""
    url, timeout = settings.OIDC_OP_JWKS_ENDPOINT, sum(settings.OIDC_TIMEOUT)
    if not fetching.acquire(timeout=timeout):
        raise SignInFailed("too_slow", f"no keys after {timeout} seconds")
    try:
        keys = cache.get(url)
        if keys is None or (not matching(keys, kid) and cache.get(f"{url}#missing") is None):
            keys = fetched(url)
            if not matching(keys, kid):
                cache.set(f"{url}#missing", True, UNKNOWN_KEY_PAUSE)
        return keys
    finally:
        fetching.release()


def matching(keys: list[dict], kid: str | None) -> list[dict]:
    """Of these keys, those with that id that sign with the agreed algorithm."""
    agreed = settings.OIDC_RP_SIGN_ALGO
    return [
        key
        for key in keys
        if kid in (None, key.get("kid")) and key.get("use", "sig") == "sig" and key.get("alg", agreed) == agreed
    ]


def usable(jwk: dict) -> jwt.PyJWK:
    """The parsed key. Refuses one of another algorithm, and an RSA key that is too short (RFC 7518, section 3.3)."""
    try:
        key = jwt.PyJWK(jwk, algorithm=settings.OIDC_RP_SIGN_ALGO)
    except (jwt.PyJWTError, ValueError) as error:
        raise token_refused("kid", f"the provider's key cannot be used: {error}") from error
    if getattr(key.key, "key_size", MIN_BITS) < MIN_BITS and jwk.get("kty") == "RSA":
        raise token_refused("kid", f"the provider's key has {key.key.key_size} bits, fewer than {MIN_BITS}")
    return key


def fetched(url: str) -> list[dict]:
    answer = provider_client.call("GET", url)
    keys = public_keys(provider_client.json_object(answer).get("keys"))
    cache.set(url, keys, lifetime_of(", ".join(answer.headers.get_all("Cache-Control", []))))
    return keys


def public_keys(keys: object) -> list[dict]:
    """Of each public key the members that are read here. Everything else is left out.

    A private key is left out, too: whoever can read it can sign as the provider.
    """
    return [
        {name: key[name] for name in MEMBERS if name in key}
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, dict) and "d" not in key and all(isinstance(key.get(name, ""), str) for name in MEMBERS)
    ]


def lifetime_of(cache_control: str) -> int:
    """Seconds for which an answer may be kept (RFC 9111, section 5.2.2)."""
    if re.search(r"\bno-(store|cache)\b", cache_control, re.IGNORECASE):
        return 0
    found = re.search(r"\bmax-age=\"?(\d{1,10})\b", cache_control, re.IGNORECASE)
    return min(int(found[1]), MAX_LIFETIME) if found else DEFAULT_LIFETIME
