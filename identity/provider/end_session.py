"""The logout endpoint of OpenID Connect RP-Initiated Logout 1.0: a client sends the person here to sign out.

It does not sign anybody out by itself: it asks (section 2), and the form's answer goes to ``decide``. A wrong request
is refused on a page, and leads nowhere (sections 3 and 4).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from csp.decorators import csp_update
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from oauthlib.common import add_params_to_uri

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.rp_sessions import can_be_notified
from identity.account.sessions import address_of_signed_out, signed_out
from identity.provider.authorize import redirect_to_client
from identity.provider.id_token_hint import claims_of_hint
from identity.provider.refusals import (
    Mismatch,
    client_of_another_token,
    client_with,
    unknown_address,
    unknown_client,
)
from identity.provider.registrations import has_post_logout_redirect_uri
from identity.provider.requesting_client import origin_of
from trace_context import journey_of

MAX_LENGTH = 4096  # characters of one parameter
PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class LogoutRefused(Exception):
    """``parameter`` is the wrong one, ``why`` a sentence for the developer of the client.

    ``mismatch`` has what it should have been, where there is such a text and it may be told.
    """

    def __init__(self, parameter: str, why: str, is_about_another: bool = False, mismatch: Mismatch | None = None):
        super().__init__(parameter, why)
        self.parameter = parameter
        self.why = why
        self.is_about_another = is_about_another
        self.mismatch = mismatch


@dataclass(frozen=True)
class Asked:
    """What a client asks for, checked. ``address`` is where the browser goes afterwards, with the ``state``."""

    parameters: dict[str, str]
    hint: dict | None
    client: Client | None
    address: str


def asked_in(query: QueryDict) -> Asked:
    """Raises ``LogoutRefused``."""
    given = {name: str(query[name]) for name in PARAMETERS if query.get(name)}
    check_length(given)
    hint = check_hint(given)
    client = check_client(given, hint)
    address = check_address(given, client)
    if address and "state" in given:
        address = add_params_to_uri(address, [("state", given["state"])])
    return Asked(given, hint, client, address)


def check_length(given: dict[str, str]) -> None:
    """Refuse a parameter that is too long: all of them must fit into an address."""
    for name, value in given.items():
        if len(value) > MAX_LENGTH:
            raise LogoutRefused(name, f"It is longer than {MAX_LENGTH} characters.")


def check_hint(given: dict[str, str]) -> dict | None:
    """The claims of the ID Token. Refuses one that Identity did not sign; it may have expired (section 2)."""
    if "id_token_hint" not in given:
        return None
    hint = claims_of_hint(given["id_token_hint"])
    if hint is None:
        raise LogoutRefused("id_token_hint", "It is not an ID Token that this server signed.")
    return hint


def check_client(given: dict[str, str], hint: dict | None) -> Client | None:
    """The client. Refuses a ``client_id`` that is not the client of the ID Token (section 2)."""
    client_id = given.get("client_id") or (hint or {}).get("aud")
    if hint and client_id != hint["aud"]:
        other = client_of_another_token(str(client_id), hint["aud"])
        raise LogoutRefused("client_id", "The ID Token was made for another client.", mismatch=other)
    client = client_with(client_id or "")
    if client_id and client is None:
        raise LogoutRefused("client_id", "No such client is registered here.", mismatch=unknown_client(client_id))
    return client


def check_address(given: dict[str, str], client: Client | None) -> str:
    """The address. Refuses one that is not exactly registered (section 3.1); an empty text if none is asked for."""
    address = given.get("post_logout_redirect_uri", "")
    if not address:
        return ""
    if client is None:
        raise LogoutRefused("post_logout_redirect_uri", "Neither a client_id nor an ID Token says whose it is.")
    if not has_post_logout_redirect_uri(client, address):
        known = client.get_post_logout_redirect_uris()
        why = f"{client.name} has not registered this address."
        raise LogoutRefused("post_logout_redirect_uri", why, mismatch=unknown_address(address, known))
    return address


def check_person(asked: Asked, user: AbstractBaseUser | AnonymousUser) -> None:
    """Refuse an ID Token of another person than the one who is signed in here (section 2)."""
    if asked.hint and user.is_authenticated and asked.hint["sub"] != get_adapter().get_user_sub(asked.client, user):
        raise LogoutRefused("id_token_hint", "It is about another person than the one signed in here.", True)


def refusing(view):
    """Explain a refusal on a page."""

    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except LogoutRefused as refusal:
            asked = request.POST if request.method == "POST" else request.GET
            about = {"refusal": refusal, "journey": journey_of(asked.get("state", ""))}
            return render(request, "identity/logout_refused.html", about, status=400)

    return answered


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@refusing
def end_session(request: HttpRequest) -> HttpResponseBase:
    """Ask, if somebody is signed in. If not, and there is an ID Token, redirect to the client without asking."""
    if request.method == "POST":  # from another site it comes without our cookie; the redirected request has it
        return HttpResponseRedirect(f"{request.path}?{urlencode(asked_in(request.POST).parameters)}", status=303)
    asked = asked_in(request.GET)
    check_person(asked, request.user)
    if request.user.is_authenticated:
        return ask(request, asked)
    return redirect_to_client(asked.address) if asked.hint and asked.address else signed_out(request)


def ask(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The page that asks. Its form may lead to the client: Chromium checks where the answer to a form redirects to."""
    led_to = RelyingPartySession.objects.filter(can_be_notified(), session_key=request.session.session_key)
    origins = [origin_of(asked.address)] if asked.address else []

    @csp_update({"form-action": origins})
    def page(request: HttpRequest) -> HttpResponse:
        about = {"asked": asked, "led_to": led_to.select_related("client")}
        return render(request, "identity/end_session.html", about)

    return page(request)


@require_POST
@refusing
def decide(request: HttpRequest) -> HttpResponse:
    """The person's decision: to sign out of Identity, too, or to stay signed in."""
    asked = asked_in(request.POST)
    check_person(asked, request.user)
    own_page = reverse("home")
    if request.POST.get("decision") == "leave":
        own_page = address_of_signed_out(request)
        get_account_adapter(request).logout(request)
    return redirect_to_client(asked.address) if asked.address else redirect(own_page)
