"""The client whose authorization request led a person to a form of Identity."""

from functools import wraps
from urllib.parse import parse_qsl, urlsplit

from allauth.idp.oidc.models import Client
from csp.decorators import csp_update
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from identity.provider.registrations import has_redirect_uri
from identity.provider.request_checks import View


def client_in(address: str) -> tuple[Client | None, dict[str, str]]:
    """The client and the parameters of an authorization request; None and nothing for another address."""
    path, _, query = address.partition("?")
    if path != reverse("idp:oidc:authorization"):
        return None, {}
    asked = dict(parse_qsl(query[:5000]))
    return Client.objects.filter(pk=asked.get("client_id", "")).first(), asked


def allow_form_action_to_client(view: View) -> View:
    """Let the form on that page lead to the client: Chromium checks where the answer to a form redirects to."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        client, asked = client_in(request.POST.get("next") or request.GET.get("next", ""))
        if client and has_redirect_uri(client, asked.get("redirect_uri", "")):
            return csp_update({"form-action": [origin_of(asked["redirect_uri"])]})(view)(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return answered


def origin_of(redirect_uri: str) -> str:
    """As a Content-Security-Policy names it: of an address that is not HTTP, only the scheme."""
    parts = urlsplit(redirect_uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
