"""What a Relying Party checks before it believes an ID Token: one function a check (OpenID Connect Core, 3.1.3.7)."""

import time

from django.dispatch import Signal

from shared.relying_party.failures import SignInFailed, refuse_token

LEEWAY = 30  # seconds by which two clocks may differ

# Sent once an ID Token has been looked at: claims (dict, None where the signature was wrong), passed (list of what was
# found in order, by claim), failed (the claim that was not, or nothing), refused (what the person is told of that).
checked = Signal()


def check_issuer(claims: dict, issuer: str) -> None:
    """Refuse an ID Token that another provider issued (step 2)."""
    if claims.get("iss") != issuer:
        raise refuse_token("iss", f"issued by {claims.get('iss')!r}, not by {issuer!r}")


def check_audience(claims: dict, client_id: str) -> None:
    """Refuse an ID Token that was made for another client (step 3)."""
    audience = claims.get("aud")
    if audience != client_id and audience != [client_id]:
        raise refuse_token("aud", f"made for {audience!r}, not for {client_id!r}")


def check_expiry(claims: dict) -> None:
    """Refuse an ID Token that has expired, or says not when it does (step 9)."""
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or time.time() >= expires + LEEWAY:
        raise refuse_token("exp", f"expires at {expires!r}; it is {time.time():.0f}")


def check_nonce(claims: dict, nonce: str | None) -> None:
    """Refuse an ID Token that answers another sign-in (step 11)."""
    if not nonce or claims.get("nonce") != nonce:
        raise refuse_token("nonce", "not the one that this sign-in sent")


def check_subject(claims: dict) -> None:
    """Refuse an ID Token that names nobody (section 2)."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise refuse_token("sub", f"no subject: {subject!r}")


def check_same_subject(userinfo: dict, claims: dict) -> None:
    """Refuse a userinfo answer about somebody else than the ID Token (section 5.3.2)."""
    if userinfo.get("sub") != claims["sub"]:
        raise SignInFailed(
            "identity's two answers are about two different people.", "sub of userinfo is not that of the ID Token", 502
        )
