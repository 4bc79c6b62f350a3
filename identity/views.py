"""identity's own pages, and its metadata."""

import json

from allauth.account.views import LoginView
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from identity.asker import asked_by, leading_back_to_the_asker
from identity.provider import GRANT_TYPES, PROMPTS, RESPONSE_TYPES
from identity.seeds import PEOPLE
from identity.sign_in import NOTE
from shared.servers import SITES

# What a site of the lab does with each claim it is told. The rest it ignores.
USES = {
    "iss": "Checks that it is identity that speaks.",
    "sub": "With iss, finds or makes a user of its own. An e-mail address never does.",
    "name": "Greets you by it.",
    "email": "Keeps it beside your name.",
}

# What an ID Token or userinfo may say.
CLAIMS = [
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash", "jti", "sid"),
    *("name", "given_name", "family_name", "preferred_username", "email", "email_verified"),
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/home.html", {"clients": Client.objects.order_by("id")})


@require_safe
@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """What ``authenticate()`` and ``login()`` did when this person signed in."""
    return render(request, "identity/signed_in.html", {"note": request.session.get(NOTE)})


class SignInView(LoginView):
    """allauth's sign-in, which also says who asked for it and what they will be told."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        people = get_user_model().objects.filter(username__in=PEOPLE).order_by("username")
        client, asked = asked_by(context["redirect_field_value"] or "")
        scopes = asked.get("scope", "").split()
        return {
            **context,
            "people": people,
            "client": client,
            "asker": next((site for site in SITES if client and site.label == client.pk), None),
            "scopes": scopes,
            "claims": claims_for(people[0], client, scopes) if client and people else [],
        }


sign_in = leading_back_to_the_asker(SignInView.as_view())


def claims_for(person, client: Client, scopes: list[str]) -> list[dict]:
    """What that client is told of that person: a row for each claim, with what a site of the lab does with it."""
    claims = {"iss": get_adapter().get_issuer(), **get_adapter().get_claims("userinfo", person, client, scopes)}
    order = [*USES, *claims]
    return [
        {"name": name, "value": json.dumps(claims[name]), "use": USES.get(name, "Nothing.")}
        for name in sorted(claims, key=order.index)
    ]


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    """The metadata of this provider (OpenID Connect Discovery 1.0, section 3): what is mounted, no more."""
    issuer = get_adapter().get_issuer()

    def url(name: str) -> str:
        return issuer + reverse(f"idp:oidc:{name}")

    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": url("authorization"),
            "token_endpoint": url("token"),
            "userinfo_endpoint": url("userinfo"),
            "jwks_uri": url("jwks"),
            "end_session_endpoint": url("end_session"),
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": RESPONSE_TYPES,
            "response_modes_supported": ["query"],
            "grant_types_supported": GRANT_TYPES,
            "prompt_values_supported": PROMPTS,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,  # true if it were left out
            "claims_supported": CLAIMS,
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )
