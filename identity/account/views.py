"""Identity's own pages, and the form for signing in."""

import json

from allauth.account.views import LoginView
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from identity.account.people import PEOPLE
from identity.account.sign_in_trace import NOTE
from identity.provider.registrations import grantable
from identity.provider.requesting_client import allow_form_action_to_client, client_in
from lab.servers import SITES, client_id_of

MAX_USER_NAME = 150  # characters, as Django keeps it

# What a site of the lab does with each claim that it gets. It ignores the others.
USES = {
    "iss": "Checks that the answer comes from Identity.",
    "sub": "Finds or makes its own user by iss and sub, never by e-mail address.",
    "name": "Greets you by it.",
    "email": "Keeps it beside your name.",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/home.html", {"clients": Client.objects.order_by("id")})


@require_safe
@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """What ``authenticate()`` and ``login()`` did when this person signed in."""
    return render(request, "identity/signed_in.html", {"note": request.session.get(NOTE)})


class SignInView(LoginView):
    """allauth's sign-in, which also says which client asked for it, and which claims it will get."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        people = get_user_model().objects.filter(username__in=PEOPLE).order_by("username")
        client, asked = client_in(context["redirect_field_value"] or "")
        scopes = asked.get("scope", "").split()
        granted = grantable(client, scopes) if client else []
        return {
            **context,
            "people": people,
            "client": client,
            "requesting_site": next((site for site in SITES if client and client_id_of(site) == client.pk), None),
            "scopes": scopes,
            "name": context["form"]["login"].value() or asked.get("login_hint", "")[:MAX_USER_NAME],
            "claims": claims_for(people[0], client, granted) if client and people else [],
        }


sign_in = allow_form_action_to_client(SignInView.as_view())


def claims_for(person, client: Client, scopes: list[str]) -> list[dict]:
    """The claims that this client gets about that person, each with what a site of the lab does with it."""
    claims = {"iss": get_adapter().get_issuer(), **get_adapter().get_claims("userinfo", person, client, scopes)}
    order = [*USES, *claims]
    return [
        {"name": name, "value": json.dumps(claims[name]), "use": USES.get(name, "Nothing.")}
        for name in sorted(claims, key=order.index)
    ]
