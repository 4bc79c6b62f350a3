"""Where identity sends the browser back to."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from shared.relying_party import back_channel
from shared.relying_party.failures import SignInFailed

logger = logging.getLogger(__name__)


class CallbackView(OIDCAuthenticationCallbackView):
    """The redirect URI (OpenID Connect Core, 3.1.2.5): signs the person in, or says on a page why not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            check_state(request)
            check_not_refused(request)
            with back_channel.on_behalf_of(request.GET["state"]):
                return super().get(request)
        except SignInFailed as failure:
            logger.warning("Sign-in not finished: %s %s", failure.what, failure.detail)
            return render(request, "relying_party/failed.html", {"failure": failure}, status=failure.status)

    def login_failure(self):
        raise SignInFailed("Nobody could be signed in with what identity answered.")


def check_state(request: HttpRequest) -> None:
    """Refuse a callback that this session did not begin (RFC 6749, section 10.12). Changes nothing."""
    if request.GET.get("state") not in request.session.get("oidc_states", {}):
        raise SignInFailed("This browser has no sign-in under way that this answer belongs to.")


def check_not_refused(request: HttpRequest) -> None:
    """End a sign-in to which identity said no (OpenID Connect Core, 3.1.2.6). Who is signed in here stays so."""
    if error := request.GET.get("error"):
        del request.session["oidc_states"][request.GET["state"]]
        request.session.modified = True
        raise SignInFailed("identity said no.", f"error={error[:100]} {request.GET.get('error_description', '')[:300]}")


@require_safe
def signed_out(request: HttpRequest, lost: str) -> HttpResponse:
    """Where signing out leads to; ``lost`` names what the session kept. Who is signed in has no business there."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "relying_party/signed_out.html", {"lost": lost})
