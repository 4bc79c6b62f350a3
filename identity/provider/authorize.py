"""The authorization endpoint: checks the request first, then asks the person to sign in."""

from functools import wraps
from urllib.parse import urlencode

from allauth.idp.oidc import views
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.forms import AuthorizationForm
from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params, get_validator_context
from allauth.idp.oidc.internal.resources import get_resources
from allauth.idp.oidc.models import Client
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import FormView
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2.rfc6749.errors import (
    FatalClientError,
    InvalidClientIdError,
    MismatchingRedirectURIError,
    OAuth2Error,
)

from identity.provider import consents
from identity.provider.auth_time import is_older_than
from identity.provider.registrations import has_redirect_uri, is_open_to_impostors
from identity.provider.request_checks import View
from identity.provider.requesting_client import origin_of
from identity.provider.server import refuse, the_provider


class AuthorizationView(views.AuthorizationView):
    """allauth's page of consent. This view decides whether it is shown."""

    http_method_names = ["get", "post"]  # Django treats HEAD as GET, which would make a code that nobody gets

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            self._scopes, self._request_info = the_provider().validate_authorization_request(*extract_params(request))
        except FatalClientError as error:  # unknown client or address: no redirect (RFC 6749, 4.1.2.1)
            return refuse(request, error=error)
        except OAuth2Error as error:
            return redirect_to_client(error.in_uri(error.redirect_uri))
        asked, prompts = self._request_info["request"], self._request_info["prompt"]
        if "none" not in prompts and is_password_due(request, prompts):
            return ask_for_password(request, prompts)
        resources = get_resources(request)
        if "none" in prompts or ("consent" not in prompts and consents.is_given(asked, request.user)):
            get_validator_context().requested_resources = resources
            return convert_response(*the_provider().answer_with_code(asked, request.user))
        self._request_info["resources"] = resources
        return FormView.get(self, request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The answer of the page of consent. The client, or its address, may have been removed meanwhile."""
        try:
            _, asked = Signer().unsign_object(request.POST.get("request", ""))
        except BadSignature:
            return super().post(request, *args, **kwargs)
        client = Client.objects.filter(pk=asked["client_id"]).first()
        if client is None:
            return refuse(request, error=InvalidClientIdError(), asked=asked)
        if not has_redirect_uri(client, asked["redirect_uri"]):
            return refuse(request, error=MismatchingRedirectURIError(), asked=asked)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthorizationForm) -> HttpResponse:
        """Remember what was granted, for the next time: not for a client that need not ask, or gets nothing."""
        client, granted = Client.objects.get(pk=self._request_info["client_id"]), form.cleaned_data["scopes"]
        if not client.skip_consent and "openid" in granted:
            email = form.cleaned_data.get("email", "")
            consents.remember(self.request.user, client, self._scopes, granted, email)
        return super().form_valid(form)

    def _login_required(self, request: HttpRequest) -> HttpResponse | None:
        """Whoever answers the page of consent must be signed in, whatever the ``prompt`` was."""
        return None if request.user.is_authenticated else redirect_to_login(request.path)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        asks_each_time = is_open_to_impostors(context["client"], self._request_info["redirect_uri"])
        return {**context, "asks_each_time": asks_each_time}

    def render_to_response(self, *args, **kwargs) -> HttpResponseBase:
        """Allow the form to lead to the client: Chromium checks where the answer to a form redirects to."""
        address = origin_of(self._request_info["redirect_uri"])
        return csp_update({"form-action": [address]})(super().render_to_response)(*args, **kwargs)


def is_password_due(request: HttpRequest, prompts: set[str]) -> bool:
    if "login" in prompts or not request.user.is_authenticated:
        return True
    return is_older_than(request, request.GET.get("max_age"))


def ask_for_password(request: HttpRequest, prompts: set[str]) -> HttpResponse:
    """Redirect to the form, which leads back here without ``max_age`` and ``prompt``: they would ask again for ever.

    The client sees in ``auth_time`` whether the person signed in again (OpenID Connect Core, 3.1.3.7, step 13).
    """
    query = request.GET.copy()
    for name in ("max_age", "prompt"):
        query.pop(name, None)
    if prompts - {"login"}:
        query["prompt"] = " ".join(prompts - {"login"})
    page = reverse("account_reauthenticate" if request.user.is_authenticated else "account_login")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': f'{request.path}?{query.urlencode()}'})}")


def redirect_to_client(address: str) -> HttpResponse:
    """To any registered address: its scheme may be one that Django's own redirect does not allow.

    A browser fetches it by GET, also after a form (RFC 9700, 4.12).
    """
    return HttpResponse(status=303, headers={"Location": address})


def naming_the_issuer(view: View) -> View:
    """Add ``iss`` to a code and to an error (RFC 9207, section 2): a client may know several providers.

    The answer is for this browser, once: nothing keeps it (RFC 6749, 10.5, and 4.1.2: a code is used once).
    """

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        address = response.headers.get("Location", "/")
        if not address.startswith("/"):  # not a page of our own
            response.status_code = 303  # the answer of the page of consent is one of allauth
            response.headers["Cache-Control"] = "no-store"
            response.headers["Location"] = add_params_to_uri(address, [("iss", get_adapter().get_issuer())])
        return response

    return answered


authorization = naming_the_issuer(AuthorizationView.as_view())
