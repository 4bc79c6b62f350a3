"""Authorization codes: each can be used once (RFC 6749, section 4.1.2).

allauth keeps a code as a row, which it finds by the code's hash, and forgets it a minute after its use. Here the first
attempt uses the code up, even with a wrong verifier. The row is kept for as long as any token that came of the code,
also by refreshing: if the code comes again, it was stolen, and all these tokens are revoked.
"""

from datetime import timedelta

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from django.utils import timezone

from backchannel_logout.rp_sessions import SID

# In the row of a used code: allauth reads ``claims``; by the others its tokens are found, and it ends with its session.
KEPT_AFTER_USE = ("claims", "grant_id", SID)


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def use_up(code: Token) -> bool:
    """Mark the code as used. Returns whether it was unused: of many simultaneous requests, one gets True."""
    used = {name: value for name, value in code.data.items() if name in KEPT_AFTER_USE}
    return Token.objects.filter(pk=code.pk, data__claimed=False).update(data={**used, "claimed": True}) == 1


def of_same_grant(token: Token) -> QuerySet[Token]:
    """The code that this token came of, or is, and all tokens that came of it, also by refreshing."""
    return Token.objects.filter(client=token.client, data__grant_id=token.get_grant_id())


def revoke_tokens_of(code: Token) -> None:
    of_same_grant(code).exclude(type=Token.Type.AUTHORIZATION_CODE).delete()


def keep_code_of(token: Token) -> None:
    """Keep the row of the code for longer than this access token, and the refresh token that was issued with it."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(token.client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    until = timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN)
    of_same_grant(token).filter(type=Token.Type.AUTHORIZATION_CODE).update(expires_at=until)
