"""The protocol engine: it supports what the metadata announces, and nothing else that oauthlib could do.

allauth uses an oauthlib server with eight response types and five grants, and has no setting for that:
``identity.replacements`` puts this one in its place.
"""

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
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.endpoints import UserInfoEndpoint
from oauthlib.openid.connect.core.exceptions import (
    RegistrationNotSupported,
    RequestNotSupported,
    RequestURINotSupported,
)
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant, RefreshTokenGrant

from identity.provider.refusals import refusal_of
from identity.provider.request_validator import Validator

GRANT_TYPES = ["authorization_code", "refresh_token"]
RESPONSE_TYPES = ["code"]
PROMPTS = ["none", "login", "consent"]
NOT_SUPPORTED = {
    "request": RequestNotSupported,
    "request_uri": RequestURINotSupported,
    "registration": RegistrationNotSupported,
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


class Provider(AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint):
    """Codes for OpenID Connect, refresh tokens, and userinfo."""

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

    def answer_with_code(self, request: Request, user: AbstractBaseUser | AnonymousUser) -> tuple[dict, str, int]:
        """The redirect with a code for a validated request, without a consent. oauthlib would validate it again."""
        request.user = user
        code = self.code.create_authorization_code(request)
        self.code.request_validator.save_authorization_code(request.client_id, code, request)
        return self.code.prepare_authorization_response(request, code, {}, "", 302)

    def create_token_response(self, *args, **kwargs):
        """An unknown client is asked for Basic credentials (RFC 6749, 5.2); oauthlib would ask for a token."""
        headers, body, status = super().create_token_response(*args, **kwargs)
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="identity"'
        return headers, body, status


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
