"""The header and the signature of a JWT: whether the provider signed it (RFC 7515, RFC 7519, RFC 8725)."""

import json

import jwt
from django.conf import settings
from jwt.utils import base64url_decode

from relying_party import jwks
from relying_party.failures import token_refused


def verified(token: str, header: dict, passed: list[str], kind: str = "JWT") -> dict:
    """The claims of a JWT of that kind, with that ``header``, that the provider signed.

    Appends to ``passed`` the name of each check that it passes. Of the header only ``alg``, ``typ``, ``crit`` and
    ``kid`` are read: whoever made the token also wrote the fields that contain a key or its address (``jwk``, ``jku``,
    ``x5c``, ``x5u``). Raises ``SignInFailed``.
    """
    check_algorithm(header)
    passed.append("alg")
    check_type(header, kind)
    passed.append("typ")
    check_critical(header)
    passed.append("crit")
    key = jwks.key_named(header.get("kid"))
    passed.append("kid")
    claims = check_signature(token, key)
    passed.append("signature")
    return claims


def header_of(token: str) -> dict:
    """The header of the token. PyJWT would refuse a wrong ``kid`` or ``crit`` without naming it."""
    try:
        header = json.loads(base64url_decode(token.encode("ascii").partition(b".")[0]))
    except (ValueError, RecursionError) as error:
        raise token_refused("signature", f"no signed JWT: {error}") from error
    if not isinstance(header, dict):
        raise token_refused("signature", "no signed JWT: its header is no JSON object")
    return header


def check_algorithm(header: dict) -> None:
    """Refuse every algorithm but the agreed one (OpenID Connect Core, 3.1.3.7, step 7; RFC 8725, section 3.1)."""
    if header.get("alg") != settings.OIDC_RP_SIGN_ALGO:
        raise token_refused("alg", f"{header.get('alg')!r}, not the agreed {settings.OIDC_RP_SIGN_ALGO}")


def check_type(header: dict, kind: str) -> None:
    """Refuse a JWT of another type: a logout token is no ID Token, and the other way round (RFC 8725, section 3.11).

    Without a ``typ`` it is ``JWT``. Back-Channel Logout 1.0 recommends the type of a logout token (section 2.4).
    ``application/`` may stand before it (RFC 7515, section 4.1.9).
    """
    said = header.get("typ", "JWT")
    if not isinstance(said, str) or said.lower().removeprefix("application/") != kind.lower():
        raise token_refused("typ", f"a token of type {said!r}, not {kind!r}")


def check_critical(header: dict) -> None:
    """Refuse extensions that must be understood: we understand none (RFC 7515, section 4.1.11)."""
    if "crit" in header:
        raise token_refused("crit", f"unknown extensions must be understood: {header['crit']!r}")


def check_signature(token: str, key: jwt.PyJWK) -> dict:
    """The claims, if the signature was made with that key (OpenID Connect Core, 3.1.3.7, step 6)."""
    try:
        payload = jwt.PyJWS().decode(token, key.key, algorithms=[settings.OIDC_RP_SIGN_ALGO])
        claims = json.loads(payload)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise token_refused("signature", str(error)) from error
    if not isinstance(claims, dict):
        raise token_refused("signature", "what is signed is no JSON object")
    return claims
