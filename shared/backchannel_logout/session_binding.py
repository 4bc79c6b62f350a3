"""Binds codes and tokens to their OP session: an ID Token names it (``sid``), codes and other tokens end with it.

A code is bound when it is made, the tokens to the session of the code that they came from. Tokens that a client gets
without a code are not bound to any session. Nor is a refresh token with the scope ``offline_access``, and what is
refreshed by it: it is for the time when the person is not signed in (Back-Channel Logout 1.0, 2.7).
"""

from typing import Any

from allauth.core import context
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib import server
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from backchannel_logout.models import TokenBinding
from backchannel_logout.op_sessions import data_of_op_session, leads_to
from backchannel_logout.rp_sessions import get_or_create_rp_session, lock_if_active
from compiled_query import compiled, insert


@compiled
def token_with_hash(type, hash) -> QuerySet[Token, Token]:
    return Token.objects.filter(type=type, hash=hash)


@compiled
def redeemable_code(client, hash, now) -> QuerySet[TokenBinding, TokenBinding]:
    """A code that has not expired, of a session whose end was not noticed. Locks its row and that of the session.

    ``op_session`` is the data of its OP session.
    """
    return (
        TokenBinding.objects.annotate(op_session=data_of_op_session(now, "rp_session__session_key"))
        .select_for_update(of=("token", "rp_session"))
        .select_related("token__user", "rp_session")
        .filter(token__hash=hash, token__client=client, token__expires_at__gt=now, rp_session__ended_at=None)
        .filter(token__type=Token.Type.AUTHORIZATION_CODE)
    )


@compiled
def unexpired_token(type, hash, now) -> QuerySet[Token, Token]:
    """With user and client. If it is ``bound_to`` an RP session, ``op_session`` is the data of its OP session."""
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    op_session = data_of_op_session(now, "binding__rp_session__session_key")
    return (
        Token.objects.annotate(bound_to=F("binding__rp_session"), op_session=op_session)
        .select_related("user", "client")
        .filter(lasts, type=type, hash=hash, binding__rp_session__ended_at=None)
    )


def lookup(manager: Any, type: Token.Type, value: str) -> Token | None:
    """For allauth, in place of its own: a token that is bound to a session is found while it goes on.

    Also where nobody has noticed the end yet: the row of the OP session is gone, has expired, or leads to nobody any
    more, since the password changed or the user was disabled.
    """
    token: Any = unexpired_token.one(type=type, hash=get_adapter().hash_token(value), now=timezone.now())
    return token if token and (token.bound_to is None or leads_to(token.op_session, token.user)) else None


class SessionBoundValidator(OAuthLibRequestValidator):
    """allauth's validator, which also binds what comes of a code to the code's session."""

    @transaction.atomic
    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """With its session: the token endpoint has no cookie that leads to it."""
        asked = context.request
        agent = asked.headers.get("User-Agent", "")
        rp_session = get_or_create_rp_session(asked.session.session_key, request.client, request.user, agent)
        token = self.store_code(client_id, code, request)
        insert(TokenBinding(token=token, rp_session=rp_session, claims=self.claims_of_sign_in()))

    def store_code(self, client_id, code, request) -> Token:
        super().save_authorization_code(client_id, code, request)
        return just_stored(Token.Type.AUTHORIZATION_CODE, code["code"])

    def claims_of_sign_in(self) -> dict[str, Any]:
        """What the ID Token will say of this sign-in, besides ``sid``."""
        return {}

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts. In place of allauth's method: one query for all that is needed of the code."""
        hashed = get_adapter().hash_token(code)
        binding: Any = redeemable_code.one(client=client_id, hash=hashed, now=timezone.now())
        if binding is None or not leads_to(binding.op_session, binding.token.user):
            return False
        ctx, token = get_validator_context(), binding.token
        ctx.code_tokens[client_id, code] = token  # where ``_lookup_authorization_code`` looks first
        ctx.grant_id, ctx.granted_resources = token.get_grant_id(), token.get_resources()
        ctx.email = token.get_scope_email()
        request.user, request.scopes, request.claims = token.user, token.get_scopes(), token.data.get("claims", {})
        return True

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts."""
        if not super().validate_refresh_token(refresh_token, client, request):
            return False
        binding = self.binding_of(request)
        return binding is None or lock_if_active(binding.rp_session)

    def save_bearer_token(self, token, request, *args, **kwargs) -> None:
        """With the session of the code, or of the refresh token, that the client exchanges for them."""
        binding = self.binding_of(request)
        for issued in self.store_tokens(token, request):
            if binding is not None and not is_for_offline(issued):
                insert(TokenBinding(token=issued, rp_session=binding.rp_session))

    def store_tokens(self, token, request) -> list[Token]:
        """The new ones. A refresh token is none where they are not rotated."""
        super().save_bearer_token(token, request)
        ctx = get_validator_context()
        new = [ctx.issued_access_token]
        if "refresh_token" in token and (not ctx.refresh_token or ctx.refresh_token.pk is None):  # it was deleted
            new.append(just_stored(Token.Type.REFRESH_TOKEN, token["refresh_token"]))
        return new

    def finalize_id_token(self, id_token, token, token_handler, request) -> str:
        """With ``sid`` (Back-Channel Logout 1.0, 2.1)."""
        if binding := self.binding_of(request):
            id_token |= {**binding.claims, "sid": binding.rp_session.sid}
        return super().finalize_id_token(id_token, token, token_handler, request)

    def binding_of(self, request) -> TokenBinding | None:
        """That of the code or the refresh token in this request; None if it has none, as in the implicit flow."""
        presented = get_validator_context().refresh_token
        if presented is None and request.code:
            presented = self._lookup_authorization_code(request, request.client.id, request.code)
        return getattr(presented, "binding", None)  # Django has no attribute for a row that is not there


def is_for_offline(token: Token) -> bool:
    """Whether it outlasts its session (OpenID Connect Core, 11)."""
    return token.type == Token.Type.REFRESH_TOKEN and "offline_access" in token.get_scopes()


def just_stored(type: Token.Type, value: str) -> Token:
    token = token_with_hash.one(type=type, hash=get_adapter().hash_token(value))
    assert token is not None
    return token


def install() -> None:
    """Replace parts of allauth by what is here: it has no setting for them. A project may have its own validator."""
    type(Token.objects).lookup = lookup  # the class: Django makes a manager anew whenever it likes
    if server.OAuthLibRequestValidator is OAuthLibRequestValidator:
        server.OAuthLibRequestValidator = SessionBoundValidator
