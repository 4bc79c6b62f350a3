"""Where allauth is looser than the specifications, or goes its own way: one rule a method."""

import re
from typing import Any
from urllib.parse import unquote_plus

from allauth.core import context
from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Token
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError

from backchannel_logout.session_binding import SessionBoundValidator
from identity.provider.auth_time import auth_time, is_older_than, methods
from identity.provider.authorization_codes import is_first_try, may_refresh, remember_origin, revoke_what_came_of
from identity.provider.id_token_hint import claims_of_hint


class Validator(SessionBoundValidator):
    # The authorization endpoint.

    def validate_redirect_uri(self, client_id, redirect_uri, request, *args, **kwargs) -> bool:
        """The very same string (RFC 9700, 2.1). allauth takes further parameters, and any port of 127.0.0.1."""
        return redirect_uri in request.client.get_redirect_uris()

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs) -> bool:
        """With ``openid`` (OpenID Connect Core, 3.1.2.1): who asks gets an ID Token, or nothing."""
        return "openid" in scopes and super().validate_scopes(client_id, scopes, client, request)

    def is_pkce_required(self, client_id, request) -> bool:
        """Of every client (RFC 9700, 2.1.1): a secret does not protect from a code that somebody slips in."""
        return True

    def validate_silent_login(self, request) -> bool:
        """``prompt=none`` succeeds for who is signed in, and within ``max_age`` (OpenID Connect Core, 3.1.2.1)."""
        if is_older_than(context.request, request.max_age):
            return False
        return super().validate_silent_login(request)

    def validate_silent_authorization(self, request) -> bool:
        """``prompt=none`` needs no consent, or one given to this client (Core, 3.1.2.1). allauth asks for anybody's."""
        if request.client.skip_consent:
            return True
        tokens = Token.objects.valid().filter(
            client=request.client,
            user=context.request.user,
            type__in=[Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN],
        )
        return set(request.scopes) <= {scope for token in tokens for scope in token.get_scopes()}

    def validate_user_match(self, id_token_hint, scopes, claims, request) -> bool:
        """The person of ``id_token_hint`` (Core, 3.1.2.1), a token that has usually expired, which allauth refuses.

        Who is not signed in yet is compared afterwards. The ``claims`` parameter is not supported.
        """
        user = context.request.user
        if not id_token_hint or not user.is_authenticated:
            return True
        hint = claims_of_hint(id_token_hint) or {}
        is_for_this_client = hint.get("aud") == request.client.id
        return is_for_this_client and hint["sub"] == get_adapter().get_user_sub(request.client, user)

    def bound_to_code(self, request) -> dict[str, Any]:
        """With what the session knows of the person."""
        known = {"auth_time": auth_time(context.request), "amr": methods(context.request)}
        return super().bound_to_code(request) | known

    def save_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """Without the ``claims`` parameter, which is not supported."""
        request.claims = {}
        super().save_authorization_code(client_id, code, request)

    # The token endpoint.

    def authenticate_client(self, request, *args, **kwargs) -> bool:
        """By HTTP Basic, whose two parts are form-encoded, or in the body, never both (RFC 6749, 2.3 and 2.3.1).

        And only in the ways that the metadata announces.
        """
        client_id, secret, method = request.client_id, request.client_secret, "client_secret_post"
        if "Authorization" in request.headers:
            method = "client_secret_basic"
            if secret:
                raise InvalidRequestError("The client authenticates in two ways at once.", request=request)
            client_id, secret = basic_credentials(request)
        if method not in get_validator_context().supported_auth_methods:
            return False
        if not client_id or not secret or request.client_id not in (None, client_id):
            return False
        client = self._lookup_client(request, client_id)
        if client is None or not client.check_secret(secret):
            return False
        self._use_client(request, client)
        return True

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """Once. What a second try shows to be stolen is revoked (RFC 6749, 4.1.2)."""
        if not super().validate_code(client_id, code, client, request):
            return False
        shown = self.the_code(request)
        if is_first_try(shown):
            return True
        revoke_what_came_of(shown)
        return False

    def the_code(self, request) -> Token:
        """The one that this request shows, once it has been found."""
        code = self.shown_code(request)
        assert code is not None
        return code

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """Its row stays, and says that the code was used."""

    def confirm_redirect_uri(self, client_id, code, redirect_uri, client, request, *args, **kwargs) -> bool:
        """Another than the code was sent to is ``invalid_grant`` (RFC 6749, 5.2). oauthlib says ``invalid_request``."""
        if not super().confirm_redirect_uri(client_id, code, redirect_uri, client, request):
            raise InvalidGrantError("The redirect_uri is not the one that the code was sent to.", request=request)
        return True

    def finalize_id_token(self, id_token, token, token_handler, request) -> str:
        """With ``auth_time`` and ``amr``, if they are known (Core, 2)."""
        known = self.the_code(request).data
        if known["auth_time"] is not None:
            id_token |= {"auth_time": int(known["auth_time"]), "amr": known["amr"]}
        return super().finalize_id_token(id_token, token, token_handler, request)

    def refresh_id_token(self, request) -> bool:
        """No new ID Token without a new sign-in (Core, 12.2: it may be left out)."""
        return False

    def save_bearer_token(self, token, request, *args, **kwargs) -> None:
        """Without a refresh token for a client that is not registered for one (RFC 6749, 1.5: at our discretion)."""
        if not may_refresh(request.client):
            del token["refresh_token"]
        super().save_bearer_token(token, request, *args, **kwargs)

    def _prep_access_token(self, ctx, token, request) -> Token:
        prepared = super()._prep_access_token(ctx, token, request)
        return remember_origin(prepared, ctx.refresh_token or self.the_code(request))

    def _prep_refresh_token(self, ctx, refresh_token, request) -> Token:
        prepared = super()._prep_refresh_token(ctx, refresh_token, request)
        return remember_origin(prepared, ctx.refresh_token or self.the_code(request))


def basic_credentials(request: Request) -> list[str | None]:
    """Client id and secret of an ``Authorization: Basic``, decoded, as far as they are text (RFC 6749, appendix A)."""
    decoded = [unquote_plus(value or "") for value in extract_basic_auth(request.headers)]
    return [value if re.fullmatch("[ -~]+", value) else None for value in decoded]
