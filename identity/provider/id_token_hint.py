"""``id_token_hint``: the ID Token by which a client says whom a request is about (OpenID Connect Core, 3.1.2.1)."""

import jwt
from allauth.idp.oidc.adapter import get_adapter

from identity.provider.signing_keys import key_id, parsed_key, signing_keys


def claims_of_hint(token: str) -> dict | None:
    """Its claims if Identity signed it, also long ago, with a key that has been replaced since. None otherwise.

    allauth accepts only the keys that are still public.
    """
    try:
        header = jwt.get_unverified_header(token)
        is_id_token = header.get("typ", "JWT") == "JWT"  # not a logout token, which the same keys sign
        key = next((key for key in signing_keys() if is_id_token and key_id(key) == header.get("kid")), None)
        return key and jwt.decode(
            token,
            parsed_key(key).public_key(),
            algorithms=["RS256"],
            issuer=get_adapter().get_issuer(),
            options={"verify_exp": False, "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError, RecursionError):  # no UTF-8, or nested deeper than Python reads
        return None
