"""What an OP session gives is bound to it: an ID Token names it (``sid``), codes and the other tokens end with it.

Only a code knows its session. What a client is given without one is bound to none, and goes on.
"""

from allauth.core import context
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token

from identity.logout import SID, holds, sid_of


class SessionBoundValidator(OAuthLibRequestValidator):
    """allauth's, with a session to everything that comes of a code."""

    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """With the session: the token endpoint does not see it."""
        sid = sid_of(context.request.session.session_key, request.client, request.user)
        super().save_authorization_code(client_id, {**code, SID: sid}, request)

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """While its session lasts."""
        return super().validate_code(client_id, code, client, request) and goes_on(self._sid(request))

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """While its session lasts."""
        return super().validate_refresh_token(refresh_token, client, request) and goes_on(self._sid(request))

    def finalize_id_token(self, id_token, token, token_handler, request) -> str:
        """With ``sid`` (Back-Channel Logout 1.0, 2.1)."""
        if sid := self._sid(request):
            id_token[SID] = sid
        return super().finalize_id_token(id_token, token, token_handler, request)

    def _prep_access_token(self, ctx, token, request) -> Token:
        return bound(super()._prep_access_token(ctx, token, request), self._sid(request))

    def _prep_refresh_token(self, ctx, refresh_token, request) -> Token:
        return bound(super()._prep_refresh_token(ctx, refresh_token, request), self._sid(request))

    def _sid(self, request) -> str | None:
        """Of the session that gave the code, or the refresh token, which this request shows."""
        if refreshed := get_validator_context().refresh_token:
            return (refreshed.data or {}).get(SID)
        shown = self._lookup_authorization_code(request, request.client.id, request.code)
        return shown and shown["code"].get(SID)


def goes_on(sid: str | None) -> bool:
    return sid is None or holds(sid)


def bound(token: Token, sid: str | None) -> Token:
    token.data = {**(token.data or {}), SID: sid}
    return token
