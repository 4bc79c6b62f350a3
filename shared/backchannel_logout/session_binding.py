"""Binds codes and tokens to their OP session: an ID Token names it (``sid``), codes and other tokens end with it.

Only a code knows its session. Tokens that a client gets without a code are not bound to any session.
"""

from typing import Any

from allauth.core import context
from allauth.idp.oidc.internal.oauthlib import server
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token

from backchannel_logout.rp_sessions import SID, get_or_create_sid, lock_if_active


class SessionBoundValidator(OAuthLibRequestValidator):
    """allauth's validator, which also binds what comes of a code to the code's session."""

    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """With the ``sid`` of the session, which the token endpoint does not see."""
        bound = self.bound_to_code(request)
        super().save_authorization_code(client_id, code, request)
        for row in Token.objects.by_value(code["code"]).filter(client=request.client):
            row.data = {**row.data, **bound}
            row.save(update_fields=["data"])

    def bound_to_code(self, request) -> dict[str, Any]:
        """What the ``data`` of a code keeps for the token endpoint."""
        asked = context.request
        agent = asked.headers.get("User-Agent", "")
        return {SID: get_or_create_sid(asked.session.session_key, request.client, request.user, agent)}

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts, and for a user who is not disabled."""
        is_valid = super().validate_code(client_id, code, client, request) and request.user.is_active
        return is_valid and is_active(self.sid_of(request))

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """Only while its session lasts."""
        return super().validate_refresh_token(refresh_token, client, request) and is_active(self.sid_of(request))

    def finalize_id_token(self, id_token, token, token_handler, request) -> str:
        """With ``sid`` (Back-Channel Logout 1.0, 2.1)."""
        if sid := self.sid_of(request):
            id_token[SID] = sid
        return super().finalize_id_token(id_token, token, token_handler, request)

    def _prep_access_token(self, ctx, token, request) -> Token:
        return bind(super()._prep_access_token(ctx, token, request), self.sid_of(request))

    def _prep_refresh_token(self, ctx, refresh_token, request) -> Token:
        return bind(super()._prep_refresh_token(ctx, refresh_token, request), self.sid_of(request))

    def sid_of(self, request) -> str | None:
        """The ``sid`` of the code or the refresh token in this request."""
        presented = get_validator_context().refresh_token or self.presented_code(request)
        return ((presented and presented.data) or {}).get(SID)

    def presented_code(self, request) -> Token | None:
        """The code in this request; None if there is none, as in the implicit flow."""
        return self._lookup_authorization_code(request, request.client.id, request.code) if request.code else None


def is_active(sid: str | None) -> bool:
    """Whether the session goes on, for as long as this transaction lasts. A token without a session always does."""
    return sid is None or lock_if_active(sid)


def bind(token: Token, sid: str | None) -> Token:
    token.data = {**(token.data or {}), SID: sid}
    return token


def install() -> None:
    """Let allauth use this validator, for which it has no setting, unless the project has already installed its own."""
    if server.OAuthLibRequestValidator is OAuthLibRequestValidator:
        server.OAuthLibRequestValidator = SessionBoundValidator
