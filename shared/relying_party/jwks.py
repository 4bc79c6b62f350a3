"""The provider's public keys: kept as long as its answer allows, fetched again if none of them fits (RFC 7517)."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import jwt
from django.conf import settings
from django.core.cache import cache

from relying_party import mismatch, provider_client
from relying_party.failures import SignInFailed, token_refused

DEFAULT_LIFETIME = 300  # seconds that keys are kept if the answer does not say how long
MAX_LIFETIME = 86_400
PAUSE = 30  # seconds: an invented key id or signature must not make us fetch the keys each time
MIN_BITS = 2048
MEMBERS = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")  # all of them texts (RFC 7517, RFC 7518)
fetching = threading.Lock()  # many simultaneous sign-ins fetch the keys once


@dataclass(frozen=True)
class Family:
    """What a key must be to verify one algorithm: its type, its curve (empty where it has none), and the members that
    it cannot be without (RFC 7518, sections 3.3 to 3.5 and 6; RFC 8037)."""

    kty: str
    crv: str = ""

    @property
    def members(self) -> tuple[str, ...]:
        return {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}[self.kty]


RSA = Family("RSA")
FAMILIES = {
    **{f"{kind}{bits}": RSA for kind in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": Family("EC", "P-256"),
    "ES384": Family("EC", "P-384"),
    "ES512": Family("EC", "P-521"),
    "EdDSA": Family("OKP", "Ed25519"),
}


@dataclass(frozen=True)
class Keys:
    """What the provider published, and when it was asked (Unix seconds)."""

    published: list[dict]
    at: float

    def named(self, kid: object) -> list[dict]:
        """Of the keys that sign with the agreed algorithm those with that id. Without an id, all of them are meant
        (OpenID Connect Core, section 10.1); a single key without an id is meant by any (RFC 7517, section 4.5)."""
        fitting = [key for key in self.published if verifies(key, settings.OIDC_RP_SIGN_ALGO)]
        if kid is None or [key.get("kid") for key in fitting] == [None]:
            return fitting
        return [key for key in fitting if key.get("kid") == kid]

    @property
    def described(self) -> str:
        return f"the {len(self.published)} keys that it published {time.time() - self.at:.0f} seconds ago"


def verifies(key: dict, algorithm: str) -> bool:
    """Whether the key is one for signatures of that algorithm (RFC 7517, sections 4.1 to 4.4)."""
    family = FAMILIES[algorithm]
    return (
        key.get("kty") == family.kty
        and key.get("crv", family.crv) == family.crv
        and key.get("use", "sig") == "sig"
        and "verify" in key.get("key_ops", ["verify"])
        and key.get("alg", algorithm) == algorithm
    )


def keys_for(kid: object) -> Keys:
    """The keys as they were kept, or fetched now if the one with that id is not among them."""
    keys = cache.get(settings.OIDC_OP_JWKS_ENDPOINT)
    return keys if keys and keys.named(kid) else asked_again(lambda keys: bool(keys.named(kid)))


def asked_again(is_enough: Callable[[Keys], bool]) -> Keys:
    """The keys, fetched now, unless another thread has just fetched some that are enough, or a fetch did not help a
    moment ago. Raises ``SignInFailed``."""
    url, timeout = settings.OIDC_OP_JWKS_ENDPOINT, sum(settings.OIDC_TIMEOUT)
    if not fetching.acquire(timeout=timeout):
        raise SignInFailed("too_slow", f"no keys after {timeout} seconds")
    try:
        keys = cache.get(url)
        if keys is None or (not is_enough(keys) and cache.get(f"{url}#pause") is None):
            keys = fetched(url)
            if not is_enough(keys):
                cache.set(f"{url}#pause", True, PAUSE)
        return keys
    finally:
        fetching.release()


def key_in(keys: Keys, kid: object) -> jwt.PyJWK:
    """The one key with that id. Raises ``SignInFailed``."""
    found = keys.named(kid)
    if len(found) != 1:
        texts = mismatch.of_values(kid, [key.get("kid") for key in keys.published], "kid in the header", "published")
        raise token_refused("kid", f"{len(found)} of {keys.described} answer to {kid!r}", texts)
    return usable(found[0])


def usable(jwk: dict) -> jwt.PyJWK:
    """The parsed key. Refuses one that is not whole, and an RSA key that is too short (RFC 7518, section 3.3)."""
    if missing := [name for name in FAMILIES[settings.OIDC_RP_SIGN_ALGO].members if name not in jwk]:
        raise token_refused("kid", f"the provider's key has no {' and no '.join(missing)} (Discovery, 3, jwks_uri)")
    try:
        key = jwt.PyJWK(jwk, algorithm=settings.OIDC_RP_SIGN_ALGO)
    except (jwt.PyJWTError, ValueError) as error:
        raise token_refused("kid", f"the provider's key cannot be used: {error}") from error
    if getattr(key.key, "key_size", MIN_BITS) < MIN_BITS and jwk.get("kty") == "RSA":
        raise token_refused("kid", f"the provider's key has {key.key.key_size} bits, fewer than {MIN_BITS}")
    return key


def fetched(url: str) -> Keys:
    answer = provider_client.call("GET", url)
    keys = Keys(public_keys(provider_client.json_object(answer).get("keys")), time.time())
    cache.set(url, keys, lifetime_of(", ".join(answer.headers.get_all("Cache-Control", []))))
    return keys


def public_keys(keys: object) -> list[dict]:
    """Of each public key the members that are read here. Everything else is left out.

    A private key is left out, too: whoever can read it can sign as the provider.
    """
    return [
        {name: key[name] for name in (*MEMBERS, "key_ops") if name in key}
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, dict) and "d" not in key and has_members_of_their_types(key)
    ]


def has_members_of_their_types(key: dict) -> bool:
    return all(isinstance(key.get(name, ""), str) for name in MEMBERS) and isinstance(key.get("key_ops", []), list)


def lifetime_of(cache_control: str) -> int:
    """Seconds for which an answer may be kept (RFC 9111, section 5.2.2)."""
    if re.search(r"\bno-(store|cache)\b", cache_control, re.IGNORECASE):
        return 0
    found = re.search(r"\bmax-age=\"?(\d{1,10})\b", cache_control, re.IGNORECASE)
    return min(int(found[1]), MAX_LIFETIME) if found else DEFAULT_LIFETIME
