"""Authorization codes: rows, each worth one try (RFC 6749, section 4.1.2).

allauth keeps codes in Django's cache. There a restart or a second process may lose them, and two requests at the same
instant both find one. A row is found by one only, in any database, and outlives what the code gave: whoever presents it
again shows that it was stolen from somebody, and everything that came of it is revoked.
"""

from datetime import timedelta
from typing import Any

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.authorization_codes import cache_key
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from django.utils import timezone

CAME_OF = "code"  # in the ``data`` of a token: the hash of the code at its beginning
USED = {"used": True}


class Codes:
    """What allauth takes for its cache. A row knows the hash of a code and its client, not the code."""

    def set(self, key: str, value: dict[str, Any], timeout: int) -> None:
        bound = {**value, "code": {name: kept for name, kept in value["code"].items() if name != "code"}}
        expires = timezone.now() + timedelta(seconds=timeout)
        Token.objects.create(type=Token.Type.AUTHORIZATION_CODE, hash=hash_of(key), data=bound, expires_at=expires)

    def get(self, key: str) -> dict[str, Any] | None:
        """Read once in a request, which uses the code up and still asks what was bound to it."""
        read = get_validator_context().codes
        if key not in read:
            read[key] = next(iter(unused(key).values_list("data", flat=True)), None)
        return read[key]

    def delete(self, key: str) -> None:
        """Its row stays, and says that the code was used."""


def rows_of(key: str) -> QuerySet[Token]:
    return Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE, hash=hash_of(key))


def unused(key: str) -> QuerySet[Token]:
    return rows_of(key).valid().filter(data__used__isnull=True)


def hash_of(value: str) -> str:
    return get_adapter().hash_token(value)


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def is_first_try(code: str, client: Client) -> bool:
    """Whether nobody presented this code before: of many requests at once, this is so for one."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    until = timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN)
    return unused(cache_key(client.id, code)).update(data=USED, expires_at=until) == 1


def revoke_what_came_of(code: str, client: Client) -> None:
    """Delete the tokens that this code gave that client, and those that they were refreshed into."""
    if rows_of(cache_key(client.id, code)).filter(data__used=True).exists():
        Token.objects.filter(client=client, **{f"data__{CAME_OF}": hash_of(code)}).delete()


def remember_code(token: Token, code: str | None, refreshed: Token | None) -> Token:
    """Write into a new token of which code it came, at once or through the token that is being refreshed."""
    digest = (refreshed.data or {}).get(CAME_OF) if refreshed else hash_of(code)
    token.data = {**(token.data or {}), CAME_OF: digest}
    return token
