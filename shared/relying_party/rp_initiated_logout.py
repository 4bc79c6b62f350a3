"""Signing out here and at the provider, too (OpenID Connect RP-Initiated Logout 1.0)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_POST
from mozilla_django_oidc.utils import absolutify

from relying_party import provider_client, session_index
from relying_party.addresses import with_parameters
from relying_party.failures import SignInFailed
from relying_party.models import LogoutToken

SALT = "relying_party.rp_initiated_logout"


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends the session here, then asks the provider to end the one there (section 2). There, the person decides."""
    here = resolve_url(settings.LOGOUT_REDIRECT_URL or "/")
    named, hint = session_index.named_by_sign_in(request.session.session_key), request.session.get("oidc_id_token")
    if request.user.is_authenticated:  # if not, this is a second click, and the session of an anonymous visitor is kept
        auth.logout(request)
    endpoint = getattr(settings, "OIDC_OP_END_SESSION_ENDPOINT", None)
    if not endpoint:  # the provider cannot be asked to end its session
        return redirect(here)
    if not can_be_reached():  # the browser would show an error of its own, without an explanation
        return redirect(f"{here}?{urlencode({'state': state_for(named, reached=False)})}")
    asked = {
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": absolutify(request, here),
        "state": state_for(named, reached=True),
    }
    if hint:
        asked["id_token_hint"] = hint
    return HttpResponseRedirect(with_parameters(endpoint, asked))


def can_be_reached() -> bool:
    """Whether the provider answers a request for its public keys, be it that it is busy."""
    try:
        provider_client.call("GET", settings.OIDC_OP_JWKS_ENDPOINT)
    except SignInFailed as failure:
        return failure.reason == "busy"
    return True


@dataclass(frozen=True)
class Asked:
    """What became of asking the provider to end its session.

    ``reached`` is whether the provider answered, ``notified_at`` when its logout token came. If ``is_too_old``, neither
    is known any more.
    """

    reached: bool = True
    notified_at: datetime | None = None
    is_too_old: bool = False


def state_for(named: tuple[str, str], reached: bool) -> str:
    """A ``state`` that contains, signed, what was asked, and when: the session that could keep it has ended."""
    return signing.dumps([*named, time.time(), reached], salt=SALT)


def asked_of_provider(request: HttpRequest) -> Asked | None:
    """What became of asking the provider, if the browser comes back from there with a ``state``."""
    if "state" not in request.GET:
        return None
    try:
        asked = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=settings.OIDC_STATE_LIVES)
        sid, person, at, reached = asked
    except (signing.BadSignature, ValueError):  # also one that an earlier version has signed
        return Asked(is_too_old=True)
    of_the_person = Q(sid="", person=person, at__gte=datetime.fromtimestamp(at, UTC))
    token = LogoutToken.objects.filter(Q(sid=sid) & ~Q(sid="") | of_the_person & ~Q(person="")).order_by("at").first()
    return Asked(reached, token.at if token else None)
