"""Where allauth is less strict than the specifications, or slower: one rule a method."""

import re
from typing import Any
from urllib.parse import unquote_plus

from allauth.core import context
from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.db.models import QuerySet
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError, InvalidScopeError
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256

from backchannel_logout.request_under_way import request_under_way
from backchannel_logout.session_binding import SessionBoundValidator
from compiled_query import compiled, insert
from identity.provider import consents, refresh_tokens
from identity.provider.auth_time import auth_time, is_older_than, methods
from identity.provider.authorization_codes import keep_code_of, new_code, revoke_tokens_of, use_up, used_code
from identity.provider.id_token_hint import claims_of_hint
from identity.provider.refresh_tokens import new_refresh_token
from identity.provider.registrations import grantable, has_redirect_uri, is_public, may_omit_pkce, may_refresh

REVOCABLE = (Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN)


@compiled
def client_with_id(id) -> QuerySet[Client, Client]:
    return Client.objects.select_related("registration").filter(pk=id)


class Validator(SessionBoundValidator):
    # The authorization endpoint.

    def validate_redirect_uri(self, client_id, redirect_uri, request, *args, **kwargs) -> bool:
        return has_redirect_uri(request.client, redirect_uri)

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs) -> bool:
        """Only with ``openid`` (OpenID Connect Core, 3.1.2.1): without an ID Token, no client gets anything.

        What this client cannot get is ignored. What it gets is said beside the access token (RFC 6749, 5.1).
        """
        if "openid" not in scopes:
            raise InvalidScopeError("The scope openid is missing.", request=request)
        request.scopes = grantable(request.client, scopes)
        if "openid" not in request.scopes:
            raise InvalidScopeError("The scope openid is not registered for this client.", request=request)
        return True

    def is_pkce_required(self, client_id, request) -> bool:
        """A client secret does not protect from an injected code (RFC 9700, 2.1.1)."""
        return not may_omit_pkce(request.client)

    def validate_silent_login(self, request) -> bool:
        """``prompt=none`` succeeds for a person who signed in within ``max_age`` (OpenID Connect Core, 3.1.2.1)."""
        if is_older_than(context.request, request.max_age):
            return False
        return super().validate_silent_login(request)

    def validate_silent_authorization(self, request) -> bool:
        """``prompt=none`` succeeds if this client needs no consent, or has it already (Core, 3.1.2.1)."""
        return consents.is_given(request, context.request.user)

    def validate_user_match(self, id_token_hint, scopes, claims, request) -> bool:
        """The person of ``id_token_hint`` must be signed in (Core, 3.1.2.1). allauth refuses a hint that has expired.

        Before anybody is signed in, there is nobody to compare with. The ``claims`` parameter is not supported.
        """
        user = context.request.user
        if not id_token_hint or not user.is_authenticated:
            return True
        hint = claims_of_hint(id_token_hint) or {}
        is_for_this_client = hint.get("aud") == request.client.id
        return is_for_this_client and hint["sub"] == get_adapter().get_user_sub(request.client, user)

    def claims_of_sign_in(self) -> dict[str, Any]:
        """When and how the person signed in, if that is known (Core, 2)."""
        at = auth_time(context.request)
        return {} if at is None else {"auth_time": int(at), "amr": methods(context.request)}

    # The token endpoint.

    def authenticate_client(self, request, *args, **kwargs) -> bool:
        """By HTTP Basic, with both parts form-encoded, or in the body, but not both ways (RFC 6749, 2.3 and 2.3.1).

        And only by the methods that the metadata announces.
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
        if client is None or is_public(client) or not client.check_secret(secret):
            return False
        self._use_client(request, client)
        return True

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        """Once. A second attempt revokes the tokens of the first (RFC 6749, 4.1.2), also after the session's end."""
        if not super().validate_code(client_id, code, client, request):
            if used := used_code(code, client_id):
                revoke_tokens_of(used)
            return False
        presented = self._lookup_authorization_code(request, client_id, code)
        if not use_up(presented, request.client):
            revoke_tokens_of(presented)
            return False
        check_verifier(presented, request)
        return True

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """Once. A second use revokes all that came of its code (RFC 9700, 4.14.2)."""
        if not super().validate_refresh_token(refresh_token, client, request):
            return False
        presented, under_way = get_validator_context().refresh_token, request_under_way.get()
        assert presented is not None
        assert under_way is not None
        if refresh_tokens.use_up(presented):
            return True
        if refresh_tokens.is_copied(presented, under_way.began_at):
            revoke_tokens_of(presented)
        return False

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        """Keep the row, which says that the code was used."""

    def confirm_redirect_uri(self, client_id, code, redirect_uri, client, request, *args, **kwargs) -> bool:
        """A wrong one is an ``invalid_grant`` (RFC 6749, 5.2). oauthlib would answer ``invalid_request``."""
        if not super().confirm_redirect_uri(client_id, code, redirect_uri, client, request):
            raise InvalidGrantError("The redirect_uri is not the one that the code was sent to.", request=request)
        return True

    # What a client asks about its own tokens.

    def revoke_token(self, token, token_type_hint, request, *args, **kwargs) -> None:
        """With a refresh token, all that came of the same sign-in (RFC 7009, 2.1). The hint is not needed."""
        for found in Token.objects.by_value(token).filter(client=request.client, type__in=REVOCABLE):
            if found.type == Token.Type.REFRESH_TOKEN:
                revoke_tokens_of(found)
            else:
                found.delete()

    def introspect_token(self, token, token_type_hint, request, *args, **kwargs) -> dict[str, Any] | None:
        """What a token of this client is good for (RFC 7662, 2.2). None if it is another's, or for nothing."""
        found = next(filter(None, (Token.objects.lookup(type, token) for type in REVOCABLE)), None)
        if found is None or found.client_id != request.client.pk or not refresh_tokens.is_unused(found):
            return None
        if found.user is None or not found.user.is_active:
            return None
        is_access_token = found.type == Token.Type.ACCESS_TOKEN
        return {
            "iss": get_adapter().get_issuer(),
            "client_id": request.client.pk,
            "sub": get_adapter().get_user_sub(request.client, found.user),
            "scope": " ".join(found.get_scopes()),
            "iat": int(found.created_at.timestamp()),
            "exp": int(found.expires_at.timestamp()),
            **({"token_type": "Bearer"} if is_access_token else {}),
            **({"aud": found.get_resources()} if found.get_resources() else {}),
        }

    def refresh_id_token(self, request) -> bool:
        """No new ID Token without a new sign-in (Core, 12.2, allows that)."""
        return False

    def save_bearer_token(self, token, request, *args, **kwargs) -> None:
        """Without a refresh token for a client that is not registered for refreshing (RFC 6749, 1.5, allows that).

        The code is kept for as long as what it is refreshed into, so that its theft is noticed.
        """
        ctx = get_validator_context()
        if exchanged := ctx.refresh_token:
            keep_code_of(exchanged)
            ctx.grant_id, ctx.granted_resources = exchanged.get_grant_id(), exchanged.get_resources()
            ctx.email = exchanged.get_scope_email()
        if not may_refresh(request.client):
            del token["refresh_token"]
        super().save_bearer_token(token, request)

    # In place of allauth's, with statements that are compiled once.

    def _lookup_client(self, request, client_id) -> Client | None:
        """Of those that are registered: a client cannot be the address of a document about it."""
        clients = get_validator_context().clients
        if client_id not in clients:
            clients[client_id] = client_with_id.one(id=client_id) if client_id else None
        return clients[client_id]

    def store_code(self, client_id, code, request) -> Token:
        """Without the ``claims`` parameter, which is not supported."""
        stored = new_code(code["code"], request)
        insert(stored)
        return stored

    def store_tokens(self, token, request) -> list[Token]:
        """A refresh token that is exchanged for them stays, as used."""
        ctx = get_validator_context()
        ctx.issued_access_token = access_token = self._prep_access_token(ctx, token, request)
        access_token.set_scopes(request.scopes)
        new = [access_token]
        if "refresh_token" in token:
            new.append(new_refresh_token(token["refresh_token"], request))
            token["refresh_expires_in"] = app_settings.REFRESH_TOKEN_EXPIRES_IN
        for one in new:
            if ctx.email:
                one.set_scope_email(ctx.email)
            insert(one)
        return new


def check_verifier(code: Token, request: Request) -> None:
    """Refuse a verifier that does not fit the challenge, and one without a challenge: somebody has taken the challenge
    out of the authorization request (RFC 9700, 4.8.2). A missing one is refused later."""
    challenge, verifier = code.data["pkce"]["code_challenge"], request.code_verifier
    if verifier is None:
        return
    if challenge is None:
        raise InvalidGrantError("There is a code_verifier, and the code was asked for without a code_challenge.")
    if not code_challenge_method_s256(verifier, challenge):
        raise InvalidGrantError("The code_verifier does not fit the code_challenge.")


def basic_credentials(request: Request) -> list[str | None]:
    """Client id and secret of an ``Authorization: Basic``, decoded; None for what is no text (RFC 6749, appendix A)."""
    decoded = [unquote_plus(value or "") for value in extract_basic_auth(request.headers)]
    return [value if re.fullmatch("[ -~]+", value) else None for value in decoded]
