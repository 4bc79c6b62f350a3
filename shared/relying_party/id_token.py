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

# Sent after an ID Token has been checked: header (dict), claims (dict, None where the signature was wrong), passed
# (list of the names of checks that it passed), failed (the name of the one that it did not, or an empty text).
checked = Signal()


@dataclass(frozen=True)
class Expected:
    """What the claims are compared with. ``trusted`` are the other clients that a token may be made for, too.

    ``leeway`` is by how many seconds two clocks may differ, ``max_age`` what the request asked for, in seconds.
    """

    issuer: str
    client_id: str
    trusted: tuple[str, ...]
    leeway: float
    nonce: str = ""
    access_token: str = ""
    max_age: int | None = None


def expected_by_settings(nonce: str = "", access_token: str = "", max_age: int | None = None) -> Expected:
    return Expected(
        settings.OIDC_OP_ISSUER,
        settings.OIDC_RP_CLIENT_ID,
        tuple(settings.OIDC_TRUSTED_AUDIENCES),
        settings.OIDC_LEEWAY,
        nonce,
        access_token,
        max_age,
    )


def verified(token: str, expected: Expected) -> dict:
    """The claims of an ID Token that passed every check. Raises ``SignInFailed`` for the first that it did not pass."""
    header: dict = {}
    claims: dict | None = None
    passed: list[str] = []
    try:
        header = signature.header_of(token)
        claims = signature.verified(token, header, passed, signature.check_type_is_jwt)
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
    """Refuse an ID Token that was made for another client, or for others besides this one that are not trusted
    (step 3)."""
    audience = claims.get("aud")
    named = list(audience) if isinstance(audience, list) else [audience]
    if expected.client_id not in named:
        raise audience_refused(audience, expected, f"made for {audience!r}, not for {expected.client_id!r}")
    named.remove(expected.client_id)
    if others := [one for one in named if one not in expected.trusted]:
        raise audience_refused(audience, expected, f"also made for {others!r}: OIDC_TRUSTED_AUDIENCES has no such name")


def audience_refused(audience: object, expected: Expected, detail: str) -> SignInFailed:
    return token_refused("aud", detail, mismatch.of_client(expected.client_id, audience, "aud in the ID Token"))


def check_authorized_party(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that was handed to another client (steps 4 and 5)."""
    if claims.get("azp", expected.client_id) != expected.client_id:
        texts = mismatch.of_client(expected.client_id, claims["azp"], "azp in the ID Token")
        raise token_refused("azp", f"handed to {claims['azp']!r}, not to {expected.client_id!r}", texts)


def check_expiry(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that has expired, or does not say when it does (step 9)."""
    expires, now = claims.get("exp"), time.time()
    if not is_time(expires) or now >= expires + expected.leeway:
        raise refused_by_clock("exp", expires, now, expected)


def check_issued_at(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that was issued in the future, or does not say when (section 2; step 10)."""
    issued, now = claims.get("iat"), time.time()
    if not is_time(issued) or issued > now + expected.leeway:
        raise refused_by_clock("iat", issued, now, expected)


def check_not_before(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that is not valid yet (RFC 7519, section 4.1.5)."""
    begins, now = claims.get("nbf", 0), time.time()
    if not is_time(begins) or begins > now + expected.leeway:
        raise refused_by_clock("nbf", begins, now, expected)


def refused_by_clock(claim: str, at: object, now: float, expected: Expected) -> SignInFailed:
    texts = mismatch.of_clocks(now, at, f"{claim} in the token", expected.leeway)
    return token_refused(claim, f"{claim} is {at!r}; it is {now:.0f}", texts)


def check_nonce(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token of another sign-in (step 11)."""
    if not expected.nonce or claims.get("nonce") != expected.nonce:
        texts = mismatch.of_random(expected.nonce, claims.get("nonce"), "sent by this site", "nonce in the ID Token")
        raise token_refused("nonce", "not the one that this sign-in sent", texts)


def check_subject(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that names nobody (section 2: at most 255 characters)."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        texts = mismatch.of_values("a text of 1 to 255 characters", subject, "expected", "sub in the ID Token")
        raise token_refused("sub", f"no subject: {str(subject)[:40]!r}", texts)


def check_authentication_time(claims: dict, expected: Expected) -> None:
    """Refuse an authentication that is older than ``max_age`` allows (step 13)."""
    at, now = claims.get("auth_time"), time.time()
    if not is_time(at) or now > at + (expected.max_age or 0) + expected.leeway:
        texts = mismatch.of_clocks(now, at, "auth_time in the ID Token", expected.leeway)
        raise token_refused("auth_time", f"signed in at {at!r}, longer ago than {expected.max_age} seconds", texts)


def check_access_token_hash(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that belongs to another access token (3.1.3.8). The claim may be missing."""
    right = half_hash(expected.access_token)
    if "at_hash" in claims and claims["at_hash"] != right:
        texts = mismatch.of_random(right, claims["at_hash"], "hash of the access token", "at_hash in the ID Token")
        raise token_refused("at_hash", "not the hash of the access token that came along", texts)


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
    algorithm = settings.OIDC_RP_SIGN_ALGO
    # Ed25519 signs by SHA-512 (RFC 8032, section 5.1).
    digest = hashlib.new("sha512" if algorithm == "EdDSA" else f"sha{algorithm[-3:]}", token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
