"""The protocol engine: it supports what the metadata announces, and nothing else that oauthlib could do.

allauth uses an oauthlib server with eight response types and five grants, and has no setting for that:
``identity.replacements`` puts this one in its place.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.internal.oauthlib.server import generate_access_token, generate_refresh_token
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.endpoints import (
    AuthorizationEndpoint,
    IntrospectEndpoint,
    RevocationEndpoint,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidTokenError, OAuth2Error
from oauthlib.oauth2.rfc6749.tokens import BearerToken, get_token_from_header
from oauthlib.openid.connect.core.endpoints import UserInfoEndpoint
from oauthlib.openid.connect.core.exceptions import (
    RegistrationNotSupported,
    RequestNotSupported,
    RequestURINotSupported,
)
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant, RefreshTokenGrant

from identity.provider.refusals import refusal_of
from identity.provider.registrations import may_omit_pkce
from identity.provider.request_validator import Validator

GRANT_TYPES = ["authorization_code", "refresh_token"]
RESPONSE_TYPES = ["code"]
PROMPTS = ["none", "login", "consent"]
NOT_SUPPORTED = {
    "request": RequestNotSupported,
    "request_uri": RequestURINotSupported,
    "registration": RegistrationNotSupported,
}
# What oauthlib says of these errors is their name only. The words may have no quotation mark (RFC 6749, 5.2).
REASONS = {
    "invalid_client": "The client is unknown, its secret is wrong, or it must not come in this way.",
    "invalid_grant": "The code or refresh token is unknown, used, expired, revoked, or of another client.",
    "invalid_scope": "A scope was not granted with the refresh token.",
    "unauthorized_client": "This client is not registered for this grant_type.",
    "unsupported_grant_type": f"The grant_type is not one of {', '.join(GRANT_TYPES)}.",
}


def check_all_is_in_the_query(request: Request) -> None:
    """Refuse ``request``, ``request_uri`` and ``registration`` (OpenID Connect Core, 3.1.2.6)."""
    for name, _ in request.uri_query_params:
        if name in NOT_SUPPORTED:
            raise NOT_SUPPORTED[name](request=request)


def check_response_mode_is_query(request: Request) -> None:
    """Refuse another ``response_mode`` than that of codes (OAuth 2.0 Multiple Response Types, 2.1)."""
    if request.response_mode not in (None, "", "query"):
        error = InvalidRequestError("The response_mode is not query.", request=request)
        error.response_mode = None  # so that the error is sent in the query
        raise error


def check_pkce_is_s256(request: Request) -> None:
    """Refuse a request without a challenge, and ``plain``, the default method (RFC 7636, 4.2 and 4.3)."""
    if request.code_challenge is None and request.code_challenge_method is None and may_omit_pkce(request.client):
        return
    if request.code_challenge_method != "S256":
        raise InvalidRequestError("The code_challenge_method is not S256.", request=request)
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", request.code_challenge or ""):
        raise InvalidRequestError("The code_challenge is not the hash of a code_verifier.", request=request)


def check_prompt_is_known(request: Request) -> None:
    """Refuse a ``prompt`` that is not supported (Initiating User Registration via OpenID Connect, 4.1)."""
    prompts = dict(request.uri_query_params).get("prompt", "").split()
    if not set(prompts) <= set(PROMPTS):
        raise InvalidRequestError(f"A prompt is not one of {', '.join(PROMPTS)}.", request=request)


def check_max_age_is_a_number(request: Request) -> None:
    """Refuse a ``max_age`` that is no number of seconds (OpenID Connect Core, 3.1.2.1)."""
    if not re.fullmatch(r"[0-9]{0,10}", request.max_age or ""):
        raise InvalidRequestError("The max_age is not a number of seconds.", request=request)


def check_authorization_request(request: Request) -> dict[str, Any]:
    """Checks that oauthlib does not make. An error is sent to the redirect URI (RFC 6749, 4.1.2.1)."""
    check_all_is_in_the_query(request)
    check_response_mode_is_query(request)
    check_pkce_is_s256(request)
    check_prompt_is_known(request)
    check_max_age_is_a_number(request)
    return {}


class TokenMissing(InvalidTokenError):
    description = "There is no access token in the request."


def check_token_comes_once(request: Request) -> None:
    """Refuse an access token in the query, where logs would keep it, and two tokens (RFC 6750, 2.3 and 3.1)."""
    if any(name == "access_token" for name, _ in request.uri_query_params):
        raise InvalidRequestError("The access token must not be in the query.", request=request)
    if request.access_token and "Authorization" in request.headers:
        raise InvalidRequestError("The access token comes in two ways at once.", request=request)


def check_token_is_there(request: Request) -> None:
    """Refuse a request without a token, and a header that has none, or more than one (RFC 6750, 2.1)."""
    if get_token_from_header(request):
        return
    if request.headers.get("Authorization", "").lower().startswith("bearer"):
        raise InvalidRequestError("The Authorization header is not Bearer and one access token.", request=request)
    raise TokenMissing(request=request)


class Provider(AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint, RevocationEndpoint, IntrospectEndpoint):
    """Codes for OpenID Connect, refresh tokens, userinfo, and what a client asks about its tokens."""

    def __init__(self):
        validator = Validator()
        self.code = code = AuthorizationCodeGrant(validator, pre_auth=[check_authorization_request])
        refresh = RefreshTokenGrant(validator)
        bearer = BearerToken(
            validator, generate_access_token, app_settings.ACCESS_TOKEN_EXPIRES_IN, generate_refresh_token
        )
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": code})
        TokenEndpoint.__init__(self, "authorization_code", bearer, dict(zip(GRANT_TYPES, [code, refresh], strict=True)))
        UserInfoEndpoint.__init__(self, validator)
        RevocationEndpoint.__init__(self, validator)
        IntrospectEndpoint.__init__(self, validator)

    def answer_with_code(self, request: Request, user: AbstractBaseUser | AnonymousUser) -> tuple[dict, str, int]:
        """The redirect with a code for a validated request, without a consent. oauthlib would validate it again."""
        request.user = user
        code = self.code.create_authorization_code(request)
        self.code.request_validator.save_authorization_code(request.client_id, code, request)
        return self.code.prepare_authorization_response(request, code, {}, "", 303)

    def create_token_response(self, *args, **kwargs):
        return explained(super().create_token_response(*args, **kwargs))

    def create_revocation_response(self, *args, **kwargs):
        return explained(super().create_revocation_response(*args, **kwargs))

    def create_introspect_response(self, *args, **kwargs):
        return explained(super().create_introspect_response(*args, **kwargs))

    def create_userinfo_response(self, *args, **kwargs) -> tuple[dict, str, int]:
        try:
            return super().create_userinfo_response(*args, **kwargs)
        except OAuth2Error as error:
            headers = {"Content-Type": "application/json", "WWW-Authenticate": challenge_for(error)}
            return headers, error.json, error.status_code

    def validate_userinfo_request(self, request: Request) -> None:
        check_token_comes_once(request)
        check_token_is_there(request)
        super().validate_userinfo_request(request)


def explained(answer: tuple[dict, str, int]) -> tuple[dict, str, int]:
    """An error with its reason, where oauthlib gives none.

    An unknown client is asked for Basic credentials (RFC 6749, 5.2); oauthlib would ask for a token.
    """
    headers, body, status = answer
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="identity"'
    said = json.loads(body) if status >= 400 else {}
    if why := REASONS.get(said.get("error", "")):
        body = json.dumps({"error_description": why, **said})
    return headers, body, status


def challenge_for(error: OAuth2Error) -> str:
    """Of each error, also with the status 400 (RFC 6750, 3). Who brought no token is told no reason (3.1)."""
    if isinstance(error, TokenMissing):
        return "Bearer"
    return f'Bearer error="{error.error}", error_description="{error.description}"'


@cache
def the_provider() -> Provider:
    """One for all requests: it keeps nothing of them."""
    return Provider()


def refuse(
    request: HttpRequest, *, error: Exception | None = None, asked: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page about an error that is not sent to a client. ``asked`` is what the request asked, if not its query."""
    refusal = refusal_of(error, request.GET.dict() if asked is None else asked)
    return render(request, "idp/oidc/error.html", {"refusal": refusal, "journey": refusal.journey}, status=400)
