"""An authorization code is worth one try (RFC 6749, section 4.1.2).

allauth keeps codes in the cache and deletes them there, which two requests at the same instant both survive. So the
first try also writes a row, whose key is unique in any database. The row outlives what the code gave: whoever presents
the code again shows that it was stolen from somebody, and everything that came of it is revoked.
"""

from datetime import timedelta

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.db import IntegrityError, transaction
from django.utils import timezone

CAME_OF = "code"  # in the ``data`` of a token: the hash of the code at its beginning


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def is_first_try(code: str, client: Client) -> bool:
    """Whether nobody presented this code before: of many requests at once, this is so for one."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    try:
        with transaction.atomic():
            Token.objects.create(
                type=Token.Type.AUTHORIZATION_CODE,
                hash=get_adapter().hash_token(code),
                client=client,
                expires_at=timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN),
            )
    except IntegrityError:
        return False
    return True


def revoke_what_came_of(code: str, client: Client) -> None:
    """Delete the tokens that this code gave that client, and those that they were refreshed into."""
    digest = get_adapter().hash_token(code)
    if Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE, hash=digest, client=client).exists():
        Token.objects.filter(client=client, **{f"data__{CAME_OF}": digest}).delete()


def remember_code(token: Token, code: str | None, refreshed: Token | None) -> Token:
    """Write into a new token of which code it came, at once or through the token that is being refreshed."""
    digest = (refreshed.data or {}).get(CAME_OF) if refreshed else get_adapter().hash_token(code)
    token.data = {**(token.data or {}), CAME_OF: digest}
    return token
