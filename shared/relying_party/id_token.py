"""What a Relying Party checks before it accepts an ID Token: one function a check (OpenID Connect Core, 3.1.3.7)."""

import base64
import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.conf import settings
from django.dispatch import Signal

from relying_party import mismatch, signature
from relying_party.failures import SignInFailed, token_refused

LEEWAY = 30  # seconds that two clocks may differ

# Sent after an ID Token has been checked: header (dict), claims (dict, None where the signature was wrong), passed
# (list of the names of checks that it passed), failed (the name of the one that it did not, or an empty text).
checked = Signal()


@dataclass(frozen=True)
class Expected:
    """What the claims are compared with. ``max_age`` is what the request asked for, in seconds."""

    issuer: str
    client_id: str
    nonce: str = ""
    access_token: str = ""
    max_age: int | None = None


def verified(token: str, expected: Expected) -> dict:
    """The claims of an ID Token that passed every check. Raises ``SignInFailed`` for the first that it did not pass."""
    header: dict = {}
    claims: dict | None = None
    passed: list[str] = []
    try:
        header = signature.header_of(token)
        claims = signature.verified(token, header, passed)
        for claim, check in CHECKS.items():
            if claim != "auth_time" or expected.max_age is not None:  # it matters only if a max_age was asked for
                check(claims, expected)
                passed.append(claim)
    except SignInFailed as failure:
        # Without a claim, the keys could not be fetched.
        checked.send_robust(verified, header=header, claims=claims, passed=passed, failed=failure.claim or "kid")
        raise
    checked.send_robust(verified, header=header, claims=claims, passed=passed, failed="")
    return claims


def check_issuer(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that another provider issued (step 2)."""
    if claims.get("iss") != expected.issuer:
        texts = mismatch.of_issuer(expected.issuer, claims.get("iss"), "iss in the ID Token")
        raise token_refused("iss", f"issued by {claims.get('iss')!r}, not by {expected.issuer!r}", texts)


def check_audience(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that was made for another client, or for others besides this one (step 3)."""
    audience = claims.get("aud")
    if audience not in (expected.client_id, [expected.client_id]):
        texts = mismatch.of_client(expected.client_id, audience, "aud in the ID Token")
        raise token_refused("aud", f"made for {audience!r}, not for {expected.client_id!r}", texts)


def check_authorized_party(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that was handed to another client (steps 4 and 5)."""
    if claims.get("azp", expected.client_id) != expected.client_id:
        texts = mismatch.of_client(expected.client_id, claims["azp"], "azp in the ID Token")
        raise token_refused("azp", f"handed to {claims['azp']!r}, not to {expected.client_id!r}", texts)


def check_expiry(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that has expired, or does not say when it does (step 9)."""
    expires = claims.get("exp")
    if not is_time(expires) or time.time() >= expires + LEEWAY:
        raise token_refused("exp", f"expires at {expires!r}; it is {time.time():.0f}")


def check_issued_at(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that was issued in the future, or does not say when (section 2; step 10)."""
    issued = claims.get("iat")
    if not is_time(issued) or issued > time.time() + LEEWAY:
        raise token_refused("iat", f"issued at {issued!r}; it is {time.time():.0f}")


def check_not_before(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that is not valid yet (RFC 7519, section 4.1.5)."""
    begins = claims.get("nbf", 0)
    if not is_time(begins) or begins > time.time() + LEEWAY:
        raise token_refused("nbf", f"good from {begins!r} on; it is {time.time():.0f}")


def check_nonce(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token of another sign-in (step 11)."""
    if not expected.nonce or claims.get("nonce") != expected.nonce:
        texts = mismatch.of_random(expected.nonce, claims.get("nonce"), "sent by this site", "nonce in the ID Token")
        raise token_refused("nonce", "not the one that this sign-in sent", texts)


def check_subject(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that names nobody (section 2: at most 255 characters)."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise token_refused("sub", f"no subject: {str(subject)[:40]!r}")


def check_authentication_time(claims: dict, expected: Expected) -> None:
    """Refuse an authentication that is older than ``max_age`` allows (step 13)."""
    at = claims.get("auth_time")
    if not is_time(at) or time.time() > at + (expected.max_age or 0) + LEEWAY:
        raise token_refused("auth_time", f"signed in at {at!r}, which is longer ago than {expected.max_age} seconds")


def check_access_token_hash(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that belongs to another access token (3.1.3.8). The claim may be missing."""
    if "at_hash" in claims and claims["at_hash"] != half_hash(expected.access_token):
        raise token_refused("at_hash", "not the hash of the access token that came along")


# In this order, by the claim that each checks.
CHECKS = {
    "iss": check_issuer,
    "aud": check_audience,
    "azp": check_authorized_party,
    "exp": check_expiry,
    "iat": check_issued_at,
    "nbf": check_not_before,
    "nonce": check_nonce,
    "sub": check_subject,
    "auth_time": check_authentication_time,
    "at_hash": check_access_token_hash,
}


def is_time(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number of seconds.

    Python's JSON also reads ``NaN``, for which every comparison is false, and integers that are too large for
    ``math.isfinite``, but not for a comparison.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf


def half_hash(token: str) -> str:
    """The left half of the token's hash, by the hash function of the signing algorithm, as base64url (3.1.3.6)."""
    digest = hashlib.new(f"sha{settings.OIDC_RP_SIGN_ALGO[-3:]}", token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
