"""The header and the signature of a JWT: whether the provider signed it (RFC 7515, RFC 7519, RFC 8725)."""

import json
import time
from collections.abc import Callable

import jwt
from django.conf import settings
from jwt.utils import base64url_decode

from relying_party import jwks, mismatch
from relying_party.failures import SignInFailed, token_refused

CheckType = Callable[[dict], None]


def verified(token: str, header: dict, passed: list[str], check_type: CheckType) -> dict:
    """The claims of a JWT with that ``header``, of a type that passes, that the provider signed.

    Appends to ``passed`` the name of each check that it passes. Of the header only ``alg``, ``typ``, ``crit`` and
    ``kid`` are read: whoever made the token also wrote the fields that contain a key or its address (``jwk``, ``jku``,
    ``x5c``, ``x5u``). Raises ``SignInFailed``.
    """
    check_algorithm(header)
    passed.append("alg")
    check_type(header)
    passed.append("typ")
    check_critical(header)
    passed.append("crit")
    kid, began = header.get("kid"), time.time()
    keys = jwks.keys_for(kid)
    key = jwks.key_in(keys, kid)
    passed.append("kid")
    try:
        claims = check_signature(token, key, keys)
    except SignInFailed as failure:
        if keys.at >= began or not isinstance(failure.__cause__, jwt.InvalidSignatureError):
            raise
        claims = check_signature_anew(token, kid, keys)
    passed.append("signature")
    return claims


def check_signature_anew(token: str, kid: object, before: jwks.Keys) -> dict:
    """The claims, if the provider has another key under that name by now, and the signature was made with that one
    (OpenID Connect Core, section 10.1.1)."""
    keys = jwks.asked_again(lambda keys: keys.named(kid) != before.named(kid))
    if len(keys.named(kid)) != 1:
        raise token_refused("signature", f"no key {kid!r} any more among {keys.described}")
    return check_signature(token, jwks.key_in(keys, kid), keys)


def header_of(token: str) -> dict:
    """The header of the token. PyJWT would refuse a wrong ``kid`` or ``crit`` without naming it."""
    if token.count(".") == 4:
        texts = mismatch.of_values("three parts: signed", "five parts: encrypted", "read here", "this token")
        raise token_refused("signature", "it is encrypted (RFC 7516), and this site reads signed tokens only", texts)
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
        agreed = settings.OIDC_RP_SIGN_ALGO
        texts = mismatch.of_values(agreed, header.get("alg"), "OIDC_RP_SIGN_ALGO", "alg in the header")
        raise token_refused("alg", f"{header.get('alg')!r}, not the agreed {agreed}", texts)


def check_type_is_jwt(header: dict) -> None:
    """Refuse a JWT of another type: a logout token is no ID Token (RFC 8725, section 3.11). Without a ``typ`` it is
    ``JWT``."""
    if type_in(header) != "jwt":
        raise type_refused(header, "JWT")


def check_type_of_logout_token(header: dict) -> None:
    """Refuse a JWT of a type of its own, such as an access token (``at+jwt``: RFC 9068). Back-Channel Logout 1.0 only
    recommends ``logout+jwt`` (sections 2.4 and 4.1); as a security event, it may also say so (RFC 8417, section 2.3).
    """
    said = type_in(header)
    if said is None or (said.endswith("+jwt") and said not in ("logout+jwt", "secevent+jwt")):
        raise type_refused(header, "logout+jwt")


def type_in(header: dict) -> str | None:
    """In small letters; ``application/`` may stand before it (RFC 7515, section 4.1.9). None where it is no text."""
    said = header.get("typ", "JWT")
    return said.lower().removeprefix("application/") if isinstance(said, str) else None


def type_refused(header: dict, right: str) -> SignInFailed:
    texts = mismatch.of_values(right, header["typ"], "expected", "typ in the header")
    return token_refused("typ", f"a token of type {header['typ']!r}, not {right!r}", texts)


def check_critical(header: dict) -> None:
    """Refuse extensions that must be understood: we understand none (RFC 7515, section 4.1.11)."""
    if "crit" in header:
        raise token_refused("crit", f"unknown extensions must be understood: {header['crit']!r}")


def check_signature(token: str, key: jwt.PyJWK, keys: jwks.Keys) -> dict:
    """The claims, if the signature was made with that key, one of these (OpenID Connect Core, 3.1.3.7, step 6)."""
    try:
        payload = jwt.PyJWS().decode(token, key.key, algorithms=[settings.OIDC_RP_SIGN_ALGO])
        claims = json.loads(payload)
    except jwt.InvalidSignatureError as error:
        detail = f"it was not made with the key {key.key_id!r} of {keys.described}"
        raise token_refused("signature", detail) from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise token_refused("signature", str(error)) from error
    if not isinstance(claims, dict):
        raise token_refused("signature", "what is signed is no JSON object")
    return claims
