"""What an OP session gives is bound to it: an ID Token names it (``sid``), codes and the other tokens end with it.

Only a code knows its session. What a client is given without one is bound to none, and goes on.
"""

from typing import Any

from allauth.core import context
from allauth.idp.oidc.internal.oauthlib import server
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token

from backchannel_logout.rp_sessions import SID, get_or_create_sid, lock_if_active


class SessionBoundValidator(OAuthLibRequestValidator):
    """allauth's, with a session to everything that comes of a code."""

    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """With the session: the token endpoint does not see it."""
        bound = self.bound_to_code(request)
        super().save_authorization_code(client_id, code, request)
        for row in Token.objects.by_value(code["code"]).filter(client=request.client):
            row.data = {**row.data, **bound}
            row.save(update_fields=["data"])

    def bound_to_code(self, request) -> dict[str, Any]:
        """What the row of a code keeps for the token endpoint, in the ``data`` of it."""
        return {SID: get_or_create_sid(context.request.session.session_key, request.client, request.user)}

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """While its session lasts, for a person who is not disabled."""
        is_valid = super().validate_code(client_id, code, client, request) and request.user.is_active
        return is_valid and goes_on(self.sid_of(request))

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """While its session lasts."""
        return super().validate_refresh_token(refresh_token, client, request) and goes_on(self.sid_of(request))

    def finalize_id_token(self, id_token, token, token_handler, request) -> str:
        """With ``sid`` (Back-Channel Logout 1.0, 2.1)."""
        if sid := self.sid_of(request):
            id_token[SID] = sid
        return super().finalize_id_token(id_token, token, token_handler, request)

    def _prep_access_token(self, ctx, token, request) -> Token:
        return bound(super()._prep_access_token(ctx, token, request), self.sid_of(request))

    def _prep_refresh_token(self, ctx, refresh_token, request) -> Token:
        return bound(super()._prep_refresh_token(ctx, refresh_token, request), self.sid_of(request))

    def sid_of(self, request) -> str | None:
        """Of the session that gave the code, or the refresh token, which this request shows."""
        shown = get_validator_context().refresh_token or self.shown_code(request)
        return ((shown and shown.data) or {}).get(SID)

    def shown_code(self, request) -> Token | None:
        """None where nothing is shown: the implicit flow has no code."""
        return self._lookup_authorization_code(request, request.client.id, request.code) if request.code else None


def goes_on(sid: str | None) -> bool:
    return sid is None or lock_if_active(sid)


def bound(token: Token, sid: str | None) -> Token:
    token.data = {**(token.data or {}), SID: sid}
    return token


def install() -> None:
    """Let allauth use this validator, for which it has no setting; unless the project has put its own in its place."""
    if server.OAuthLibRequestValidator is OAuthLibRequestValidator:
        server.OAuthLibRequestValidator = SessionBoundValidator
