"""Refresh tokens: each can be used once. Whoever uses one again shares it with somebody else: it was copied.

Then all that came of the code ends (RFC 9700, section 4.14.2): nobody knows which of the two is the thief. A use that
began before the first one was answered is only refused: a client may ask twice at the same time.
"""

from datetime import datetime, timedelta

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from oauthlib.common import Request

from compiled_query import compiled

ANSWERED_AT = "answered_at"  # in the data of a token that was used; None until the use is answered


@compiled
def unused(pk) -> QuerySet[Token, Token]:
    return Token.objects.filter(pk=pk).exclude(data__has_key=ANSWERED_AT)


@compiled
def with_pk(pk) -> QuerySet[Token, Token]:
    return Token.objects.filter(pk=pk)


def new_refresh_token(value: str, request: Request) -> Token:
    """Not stored yet. In place of one that was exchanged, it has the same scopes (RFC 6749, section 6)."""
    ctx = get_validator_context()
    token = Token(type=Token.Type.REFRESH_TOKEN, client=request.client, user=request.user)
    token.expires_at = timezone.now() + timedelta(seconds=app_settings.REFRESH_TOKEN_EXPIRES_IN)
    token.set_value(value)
    token.set_grant_id(ctx.grant_id)
    token.set_resources(ctx.granted_resources or [])
    token.set_scopes(ctx.refresh_token.get_scopes() if ctx.refresh_token else request.scopes)
    return token


def use_up(token: Token) -> bool:
    """Mark it as used. Returns whether it was unused: of many simultaneous requests, one gets True."""
    is_first = unused.update({"data": {**token.data, ANSWERED_AT: None}}, pk=token.pk) == 1
    if is_first:
        transaction.on_commit(lambda: note_answered(token))
    return is_first


def is_unused(token: Token) -> bool:
    return ANSWERED_AT not in (token.data or {})


def note_answered(token: Token) -> None:
    with_pk.update({"data": {**token.data, ANSWERED_AT: timezone.now().isoformat()}}, pk=token.pk)


def is_copied(token: Token, began_at: datetime) -> bool:
    """Whether it was used again, by a request that began then, after the first use was answered."""
    used = with_pk.one(pk=token.pk)
    answered_at = used.data.get(ANSWERED_AT) if used else None
    return answered_at is not None and datetime.fromisoformat(answered_at) <= began_at
