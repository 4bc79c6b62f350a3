"""A sign-in that somebody else begins, such as a list of sites at the provider (OpenID Connect Core, section 4)."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from relying_party import mismatch
from relying_party.callback import CallbackView
from relying_party.failures import SignInFailed

PASSED_ON = {"target_link_uri": "next", "login_hint": "login_hint"}  # under which name each is known here


@csrf_exempt  # others send the form; as a link to the sign-in does, it begins one and changes nothing else
@require_http_methods(["GET", "POST"])
def initiate_login(request: HttpRequest) -> HttpResponse:
    """Begins a sign-in like any other, at the one provider that this site has.

    Where it leads is checked there: to a page of this site, or home.
    """
    said = request.GET if request.method == "GET" else request.POST
    if said.get("iss") != settings.OIDC_OP_ISSUER:
        texts = mismatch.of_issuer(settings.OIDC_OP_ISSUER, said.get("iss"), "iss in the request")
        refusal = CallbackView()
        refusal.setup(request)
        return refusal.explained(SignInFailed("unknown_provider", f"iss is {said.get('iss')!r}", mismatch=texts))
    passed_on = {here: said[there] for there, here in PASSED_ON.items() if there in said}
    return HttpResponseRedirect(f"{reverse('oidc_authentication_init')}?{urlencode(passed_on)}")
