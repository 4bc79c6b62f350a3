"""The metadata of this provider (OpenID Connect Discovery 1.0, section 3).

allauth's view would also announce endpoints and grants that this provider does not have.
"""

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from identity.provider.registrations import OFFLINE_ACCESS, SCOPES
from identity.provider.server import GRANT_TYPES, PROMPTS, RESPONSE_TYPES

# That an ID Token or userinfo may have.
CLAIMS = [
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash", "jti", "sid"),
    *("name", "given_name", "family_name", "preferred_username", "email", "email_verified"),
]


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    """What this provider supports. The adapter of allauth may add and change entries."""
    issuer = get_adapter().get_issuer()

    def url(name: str) -> str:
        return issuer + reverse(f"idp:oidc:{name}")

    data = {
        "issuer": issuer,
        "authorization_endpoint": url("authorization"),
        "token_endpoint": url("token"),
        "userinfo_endpoint": url("userinfo"),
        "jwks_uri": url("jwks"),
        "end_session_endpoint": url("end_session"),
        "revocation_endpoint": url("revoke"),
        "introspection_endpoint": url("introspect"),
        "scopes_supported": [*SCOPES, OFFLINE_ACCESS],
        "response_types_supported": RESPONSE_TYPES,
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANT_TYPES,
        "prompt_values_supported": PROMPTS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": app_settings.INTROSPECTION_AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,  # the default is true
        "claims_supported": CLAIMS,
    }
    get_adapter().populate_server_metadata(data)
    return JsonResponse(data, headers={"Access-Control-Allow-Origin": "*"})
