"""The page about what a person lets clients know, and where it is taken back."""

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from identity.provider import consents as kept


@require_safe
@login_required
def consents(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/consents.html", about_consents(request))


def about_consents(request: HttpRequest) -> dict:
    assert request.user.is_authenticated  # the views require it
    in_words = get_adapter().scope_display
    given = [(one, [in_words.get(scope, scope) for scope in one.scopes]) for one in kept.of(request.user)]
    return {"given": given, "not_asked_about": Client.objects.filter(skip_consent=True).order_by("name")}


@require_POST
@login_required
def take_back(request: HttpRequest) -> HttpResponse:
    """What this person lets one client know."""
    assert request.user.is_authenticated
    given = kept.of(request.user).filter(client=request.POST.get("client", "")).first()
    if given is None:
        refusal = "You have taken that back already, or never allowed it."
        return render(request, "identity/consents.html", {**about_consents(request), "refusal": refusal}, status=404)
    kept.take_back(given)
    return redirect("consents")
