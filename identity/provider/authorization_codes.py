"""Authorization codes: each worth one try (RFC 6749, section 4.1.2).

allauth keeps a code as a row, which it finds by its hash, and forgets it a minute after its use. Here a code is used up
by the first try, be it with a wrong verifier, and its row outlives what the code gave and what that was refreshed into:
whoever presents it again shows that it was stolen from somebody, and everything that came of it is revoked.
"""

from datetime import datetime, timedelta

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

CAME_OF = "code"  # in the ``data`` of a token: the hash of the code at its beginning


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def outlived(client: Client) -> datetime:
    """When everything that this client is given now has expired."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    return timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN)


def is_first_try(code: Token) -> bool:
    """Use the code up. Whether nobody did before: of many requests at once, this is so for one."""
    unused = Token.objects.filter(pk=code.pk, data__claimed=False)
    used = {**code.data, "claimed": True}
    return unused.update(data=used, expires_at=outlived(code.client)) == 1


def revoke_what_came_of(code: Token) -> None:
    """Delete the tokens that this code gave, and those that they were refreshed into."""
    given = Token.objects.filter(client=code.client, data__grant_id=code.get_grant_id())
    given.exclude(type=Token.Type.AUTHORIZATION_CODE).delete()


def remember_origin(token: Token, shown: Token) -> Token:
    """Write into a new token of which code it came: the one shown, or the one that the shown refresh token came of."""
    origin = shown.hash
    if shown.type == Token.Type.REFRESH_TOKEN:
        origin = (shown.data or {}).get(CAME_OF)
        codes = Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE, hash=origin)
        codes.update(expires_at=outlived(token.client))
    token.data = {**(token.data or {}), CAME_OF: origin}
    return token
