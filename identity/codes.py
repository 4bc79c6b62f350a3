"""Authorization codes: rows, each worth one try (RFC 6749, section 4.1.2).

allauth keeps codes in Django's cache. There a restart or a second process may lose them, and two requests at the same
instant both find one. A row is found by one only, in any database, and outlives what the code gave and what that was
refreshed into: whoever presents it again shows that it was stolen from somebody, and everything that came of it is
revoked.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.authorization_codes import cache_key
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from django.utils import timezone

from identity.logout import SID

CAME_OF = "code"  # in the ``data`` of a token: the hash in the row of the code at its beginning
USED = {"used": True}
NOT_KEPT = ("code", "state")  # neither is needed again: of the code its hash is, the state went back to the client


class Codes:
    """What allauth takes for its cache.

    A row knows the hash of a code, its client, and what is bound to it: whom it names and how they signed in, the
    redirect URI, the scopes, the PKCE challenge, and in clear the ``sid`` and the nonce, which the ID Token repeats.
    Once the code is used, only the hash and the client. Never the code, the state, or the ``claims`` parameter, which
    is not supported.
    """

    def set(self, key: str, value: dict[str, Any], timeout: int) -> None:
        kept = {name: part for name, part in value["code"].items() if name not in NOT_KEPT}
        Token.objects.create(
            type=Token.Type.AUTHORIZATION_CODE,
            hash=hash_of(key),
            client_id=value["client_id"],
            data={**value, SID: kept[SID], "code": kept, "claims": {}},  # by its sid it is found when the session ends
            expires_at=timezone.now() + timedelta(seconds=timeout),
        )

    def get(self, key: str) -> dict[str, Any] | None:
        """Read once in a request, which uses the code up and still asks what was bound to it."""
        read = get_validator_context().codes
        if key not in read:
            read[key] = next(iter(unused(key).values_list("data", flat=True)), None)
        return read[key]

    def delete(self, key: str) -> None:
        """Its row stays, and says that the code was used."""


def rows_with(digest: str | None) -> QuerySet[Token]:
    return Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE, hash=digest)


def unused(key: str) -> QuerySet[Token]:
    return rows_with(hash_of(key)).valid().filter(data__used__isnull=True)


def hash_of(key: str) -> str:
    return get_adapter().hash_token(key)


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def outlived(client: Client) -> datetime:
    """When everything that this client is given now has expired."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    return timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN)


def is_first_try(code: str, client: Client) -> bool:
    """Whether nobody presented this code before: of many requests at once, this is so for one."""
    return unused(cache_key(client.id, code)).update(data=USED, expires_at=outlived(client)) == 1


def revoke_what_came_of(code: str, client: Client) -> None:
    """Delete the tokens that this code gave that client, and those that they were refreshed into."""
    digest = hash_of(cache_key(client.id, code))
    if rows_with(digest).filter(data__used=True).exists():
        Token.objects.filter(client=client, **{f"data__{CAME_OF}": digest}).delete()


def remember_origin(token: Token, code: str | None, refreshed: Token | None) -> Token:
    """Write into a new token of which code it came, at once or through the one being refreshed."""
    if refreshed:
        digest = (refreshed.data or {}).get(CAME_OF)
        rows_with(digest).update(expires_at=outlived(token.client))
    else:
        digest = hash_of(cache_key(token.client_id, code))
    token.data = {**(token.data or {}), CAME_OF: digest}
    return token
