"""A page of both sites."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from relying_party.rp_initiated_logout import asked_of_provider


@require_safe
def signed_out(request: HttpRequest, lost: str) -> HttpResponse:
    """Where signing out leads to; ``lost`` names what the session kept. Who is signed in has no business there."""
    if request.user.is_authenticated:
        return redirect("home")
    about = {"lost": lost, "asked": asked_of_provider(request)}
    return render(request, "client_site/signed_out.html", about)
