"""Binds codes and tokens to their OP session: an ID Token names it (``sid``), codes and other tokens end with it.

Only a code knows its session. Tokens that a client gets without a code are not bound to any session.
"""

from typing import Any

from allauth.core import context
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib import server
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backchannel_logout.models import TokenBinding
from backchannel_logout.rp_sessions import get_or_create_rp_session, lock_if_active, with_an_op_session
from compiled_query import compiled, insert


@compiled
def with_hash(type, hash) -> QuerySet[Token, Token]:
    return Token.objects.filter(type=type, hash=hash)


@compiled
def redeemable_code(client, hash, now) -> QuerySet[TokenBinding, TokenBinding]:
    """A code that has not expired, of a session that goes on and a user who is not disabled, as long as this
    transaction lasts."""
    return (
        TokenBinding.objects.select_for_update(of=("token", "rp_session"))
        .select_related("token__user", "rp_session")
        .filter(with_an_op_session(now, "rp_session__session_key"), rp_session__ended_at=None)
        .filter(token__hash=hash, token__client=client, token__expires_at__gt=now, token__user__is_active=True)
        .filter(token__type=Token.Type.AUTHORIZATION_CODE)
    )


class SessionBoundValidator(OAuthLibRequestValidator):
    """allauth's validator, which also binds what comes of a code to the code's session."""

    @transaction.atomic
    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """With its session, which the token endpoint does not see."""
        asked = context.request
        agent = asked.headers.get("User-Agent", "")
        rp_session = get_or_create_rp_session(asked.session.session_key, request.client, request.user, agent)
        token = self.store_code(client_id, code, request)
        insert(TokenBinding(token=token, rp_session=rp_session, claims=self.claims_of_sign_in()))

    def store_code(self, client_id, code, request) -> Token:
        super().save_authorization_code(client_id, code, request)
        return just_stored(Token.Type.AUTHORIZATION_CODE, code["code"])

    def claims_of_sign_in(self) -> dict[str, Any]:
        """What an ID Token says of the sign-in that the present request goes on with, but for ``sid``."""
        return {}

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts, and for a user who is not disabled.

        As allauth's own method does, but with one query for all that is needed of the code.
        """
        hashed = get_adapter().hash_token(code)
        binding = redeemable_code.one(client=client_id, hash=hashed, now=timezone.now())
        if binding is None:
            return False
        keep, token = get_validator_context(), binding.token
        keep.code_tokens[client_id, code] = token
        keep.grant_id, keep.granted_resources = token.get_grant_id(), token.get_resources()
        keep.email = token.get_scope_email()
        request.user, request.scopes, request.claims = token.user, token.get_scopes(), token.data["claims"]
        return True

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts, and as long as this transaction does."""
        if not super().validate_refresh_token(refresh_token, client, request):
            return False
        binding = self.binding_of(request)
        return binding is None or lock_if_active(binding.rp_session)

    def save_bearer_token(self, token, request, *args, **kwargs) -> None:
        """With the session of the code or the refresh token that they are given for."""
        binding = self.binding_of(request)
        self.store_tokens(token, request)
        if binding is not None:
            insert(TokenBinding(token=get_validator_context().issued_access_token, rp_session=binding.rp_session))
            if "refresh_token" in token:  # which is bound already where they are not rotated
                issued = just_stored(Token.Type.REFRESH_TOKEN, token["refresh_token"])
                TokenBinding.objects.get_or_create(token=issued, defaults={"rp_session": binding.rp_session})

    def store_tokens(self, token, request) -> None:
        super().save_bearer_token(token, request)

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
        return getattr(presented, "binding", None)


def just_stored(type: Token.Type, value: str) -> Token:
    token = with_hash.one(type=type, hash=get_adapter().hash_token(value))
    assert token is not None
    return token


def install() -> None:
    """Let allauth use this validator, for which it has no setting, unless the project has already installed its own."""
    if server.OAuthLibRequestValidator is OAuthLibRequestValidator:
        server.OAuthLibRequestValidator = SessionBoundValidator
