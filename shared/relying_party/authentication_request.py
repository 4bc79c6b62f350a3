"""Where a sign-in begins (OpenID Connect Core, 3.1.2.1)."""

from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import MAX_URL_REDIRECT_LENGTH
from mozilla_django_oidc.views import OIDCAuthenticationRequestView, get_next_url

from relying_party import pending_logins
from relying_party.addresses import with_parameters

MAX_HINT = 320  # characters: the longest e-mail address


class RequestView(OIDCAuthenticationRequestView):
    """mozilla-django-oidc's request, with a target for each sign-in instead of one for the session.

    ``silent`` asks with ``prompt=none``: the provider shows no page. It leads back to the page that was asked for.
    """

    silent = False

    def get(self, request: HttpRequest) -> HttpResponse:
        target = page_of(request) if self.silent else get_next_url(request, "next")
        pending_logins.drop_old(request.session)
        query = super().get(request)["Location"].removeprefix(f"{self.OIDC_OP_AUTH_ENDPOINT}?")
        del request.session["oidc_login_next"]
        pending_logins.complete_newest(request.session, target, self.silent)
        asked = dict(parse_qsl(query, keep_blank_values=True))
        return HttpResponseRedirect(with_parameters(self.OIDC_OP_AUTH_ENDPOINT, asked))

    def get_extra_params(self, request: HttpRequest) -> dict:
        params = super().get_extra_params(request)
        if self.silent:
            return {**params, "prompt": "none"}
        hint = request.GET.get("login_hint", "")[:MAX_HINT]
        return {**params, "login_hint": hint} if hint else params


def page_of(request: HttpRequest) -> str | None:
    """The page that is asked for, unless its address is too long for Django to redirect to it."""
    page = request.get_full_path()
    return page if len(page) <= MAX_URL_REDIRECT_LENGTH else None
