"""Authorization codes: each can be used once (RFC 6749, section 4.1.2).

allauth keeps a code as a row, which it finds by the code's hash, and forgets it a minute after its use. Here the first
attempt uses the code up, even with a wrong verifier. The row is kept for as long as any token that came of the code,
also by refreshing: if the code comes again, it was stolen, and all these tokens are revoked. Where a refresh token
outlasts the session, so does the row.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.idp.oidc import app_settings
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from django.utils import timezone
from oauthlib.common import Request

from backchannel_logout.models import TokenBinding
from compiled_query import compiled
from identity.provider.registrations import OFFLINE_ACCESS, may_refresh


@compiled
def unused(pk) -> QuerySet[Token, Token]:
    return Token.objects.filter(pk=pk, data__claimed=False)


def new_code(value: str, request: Request) -> Token:
    """A code for that valid authorization request, not stored yet: the row that allauth would make."""
    ctx = get_validator_context()
    code = Token(type=Token.Type.AUTHORIZATION_CODE, client=request.client, user=request.user)
    code.expires_at = timezone.now() + timedelta(seconds=app_settings.AUTHORIZATION_CODE_EXPIRES_IN)
    code.data = {
        "claims": {},
        "claimed": False,
        "grant_id": uuid4().hex,
        "redirect_uri": request.redirect_uri,
        "resources": ctx.requested_resources or [],
        "pkce": {"code_challenge": request.code_challenge, "code_challenge_method": request.code_challenge_method},
    }
    if request.nonce:
        code.set_nonce(request.nonce)
    if ctx.email and ctx.email.lower() != EmailAddress.objects.get_primary_email(request.user):
        code.set_scope_email(ctx.email)
    code.set_value(value)
    code.set_scopes(request.scopes)
    return code


def use_up(code: Token, client: Client) -> bool:
    """Mark the code as used. Returns whether it was unused: of many simultaneous requests, one gets True."""
    to = {"data": {"grant_id": code.get_grant_id(), "claimed": True}, "expires_at": kept_until(client)}
    is_first = unused.update(to, pk=code.pk) == 1
    if is_first and OFFLINE_ACCESS in code.get_scopes():
        TokenBinding.objects.filter(token=code.pk).delete()  # so that it does not end with the session
    return is_first


def used_code(value: str, client_id: str) -> Token | None:
    """Also one that is bound to no session any more."""
    code = Token.objects.by_value(value).filter(type=Token.Type.AUTHORIZATION_CODE, client=client_id).first()
    return code if code and code.data["claimed"] else None


def kept_until(client: Client) -> datetime:
    """For longer than an access token that is issued now to that client, and the refresh token beside it."""
    lives = app_settings.REFRESH_TOKEN_EXPIRES_IN if may_refresh(client) else app_settings.ACCESS_TOKEN_EXPIRES_IN
    return timezone.now() + timedelta(seconds=lives + app_settings.AUTHORIZATION_CODE_EXPIRES_IN)


def of_same_grant(token: Token) -> QuerySet[Token]:
    """The code that this token came of, or is, and all tokens that came of it, also by refreshing.

    They are searched among the few tokens of their session, or all of that person at that client where some outlast it,
    or nothing says any more which session it was.
    """
    of_grant = Token.objects.filter(data__grant_id=token.get_grant_id())
    if OFFLINE_ACCESS in token.get_scopes() or not hasattr(token, "binding"):
        return of_grant.filter(client=token.client_id, user=token.user_id)
    return of_grant.filter(binding__rp_session=token.binding.rp_session_id)


def revoke_tokens_of(code: Token) -> None:
    of_same_grant(code).exclude(type=Token.Type.AUTHORIZATION_CODE).delete()


def keep_code_of(token: Token) -> None:
    """Keep the row of the code for longer than what this refresh token is exchanged for."""
    codes = of_same_grant(token).filter(type=Token.Type.AUTHORIZATION_CODE)
    codes.update(expires_at=kept_until(token.client))
