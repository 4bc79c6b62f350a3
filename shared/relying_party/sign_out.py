"""Signing out here and at identity, too (OpenID Connect RP-Initiated Logout 1.0)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_POST
from mozilla_django_oidc.utils import absolutify

from shared.relying_party.known import SID
from shared.relying_party.models import LogoutToken

SALT = "shared.relying_party.sign_out"


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends the session here, then asks identity to end the one there (section 2). Whether it does, a person says."""
    here = resolve_url(settings.LOGOUT_REDIRECT_URL or "/")
    if not request.user.is_authenticated:  # a second click
        return redirect(here)
    asked = {
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": absolutify(request, here),
        "state": state_for(request.session.get(SID, "")),
    }
    if hint := request.session.get("oidc_id_token"):
        asked["id_token_hint"] = hint
    auth.logout(request)
    return HttpResponseRedirect(f"{settings.OIDC_OP_END_SESSION_ENDPOINT}?{urlencode(asked)}")


@dataclass(frozen=True)
class Asked:
    """identity was asked to end its session: when it told this server of the end, if it did."""

    told_at: datetime | None


def state_for(sid: str) -> str:
    """A ``state`` that remembers by itself what was asked: the session in which it could lie has ended."""
    return signing.dumps(sid, salt=SALT)


def asked_of_identity(request: HttpRequest) -> Asked | None:
    """What became of that, if the browser comes back from there: with a ``state`` of ours, which is still fresh."""
    try:
        sid = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=settings.OIDC_STATE_LIVES)
    except signing.BadSignature:
        return None
    token = LogoutToken.objects.filter(sid=sid).exclude(sid="").order_by("at").first()
    return Asked(token and token.at)
