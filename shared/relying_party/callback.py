"""The redirect URI: where the provider sends the browser back to (OpenID Connect Core, 3.1.2.5 to 3.1.2.7)."""

import logging
import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from relying_party import authentication_response as response
from relying_party import pending_logins, session_index
from relying_party.backend import answer_about, keep_tokens
from relying_party.failures import SignInFailed, failed
from relying_party.lost_session import causes_of
from relying_party.provider_client import on_behalf_of
from trace_context import journey_of

RETRY_AFTER = 5  # seconds until a provider that was busy is asked again

logger = logging.getLogger(__name__)


# What it stores must be committed before the slow part, also where ATOMIC_REQUESTS is set.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")  # a POST changes nothing: it has a page that says so
class CallbackView(OIDCAuthenticationCallbackView):
    """Signs the person in, or says on a page why not."""

    http_method_names = ["get", "post"]
    begun: dict = {}  # the pending sign-in that this request answers; empty if there is none

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            response.check_session_came_back(request)
            response.check_state_is_known(request)
            self.begun = pending_logins.consume(request, request.GET["state"])
            # For a page about a server that is busy, which goes on by itself: the present address is used up.
            vars(request)["goes_on_at"] = self.address_of_another_try
        except SignInFailed as failure:
            # Usually a reloaded callback. Nothing was changed: whoever is signed in stays signed in.
            return redirect(self.home) if request.user.is_authenticated else self.explained(failure)
        try:
            response.check_issuer(request)
            response.check_state_is_fresh(self.begun)
            if self.begun["silent"] and response.needs_the_person(request):
                return self.sign_out_too()
            response.check_not_refused(request)
            response.check_code_came(request)
            with on_behalf_of(request.GET["state"]):
                self.user = the_user(
                    auth.authenticate(request, nonce=self.begun["nonce"], code_verifier=self.begun["code_verifier"])
                )
            with transaction.atomic():
                self.check_nobody_signed_out_meanwhile()
                answer = self.login_success()
            session_index.check_not_ended_meanwhile(request, answer_about(self.user).claims)
            session_index.drop_old(type(request.session))
            return answer
        except SignInFailed as failure:
            return self.explained(failure)

    def post(self, request: HttpRequest) -> HttpResponse:
        """The page about an answer by ``form_post``. Nobody reads it: the browser sends no session cookie along."""
        response = self.explained(SignInFailed("answered_by_post", "POST, as by response_mode=form_post"))
        response.headers["Allow"] = "GET"
        return response

    @property
    def home(self) -> str:
        return resolve_url(self.get_settings("LOGIN_REDIRECT_URL", "/"))

    @property
    def success_url(self) -> str:
        """Where this sign-in leads. It was checked when the sign-in began."""
        return self.begun["next"] or self.home

    @property
    def address_of_another_try(self) -> str:
        return f"{reverse('oidc_authentication_init')}?{urlencode({'next': self.success_url})}"

    def login_success(self) -> HttpResponse:
        """The same person keeps session and CSRF token. For another person, ``login()`` flushes the session first."""
        before = self.request.user
        another = before.is_authenticated and before != self.user
        answer = super().login_success()
        received = answer_about(self.user)
        keep_tokens(self.request, received)
        session_index.remember(self.request, received.claims)
        if another:
            messages.warning(self.request, message_about_change(before, self.user))
        return answer

    def check_nobody_signed_out_meanwhile(self) -> None:
        """Refuse a silent sign-in if the person has signed out in another tab meanwhile."""
        if self.begun["silent"] and not self.request.user.is_authenticated:
            raise SignInFailed("no_session_came_back", "signed out here while the provider was asked")

    def sign_out_too(self) -> HttpResponse:
        """Sign out here whoever is not signed in at the provider any more, and say so on a page."""
        auth.logout(self.request)
        about = {
            "error": self.request.GET["error"],
            "next": self.success_url,
            "journey": journey_of(self.request.GET["state"]),
            "minutes": settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS // 60,
        }
        return render(self.request, "relying_party/left.html", about)

    def is_in_a_journey(self, failure: SignInFailed) -> bool:
        """Whether the ladder finds this answer by its state. A repeated answer would lead to the first one."""
        return failure.reason != "unknown_state" and "state" in self.request.GET

    def explained(self, failure: SignInFailed) -> HttpResponse:
        reference = secrets.token_hex(4)
        logger.warning("Sign-in not finished [%s]: %s", reference, failure.in_a_line)
        failed.send_robust(type(self), failure=failure)
        about = {
            "failure": failure,
            "reference": reference,
            "brief": not (settings.DEBUG or settings.OIDC_EXPLAIN_FAILURES),
            "causes": causes_of(failure.reason, self.request),
            "silent": self.begun.get("silent"),
            "next": self.success_url if self.begun else self.home,
            "journey": journey_of(self.request.GET.get("state", "")) if self.is_in_a_journey(failure) else "",
        }
        template = f"relying_party/failures/{failure.reason}.html"
        if failure.reason == "busy":
            return self.going_on(template, about)
        return render(self.request, template, about, status=failure.status)

    def going_on(self, template: str, about: dict) -> HttpResponse:
        """The page of a provider that is busy. It goes on by itself: with another try, or, where it was asked silently
        about somebody who stays signed in, with the page that was asked for."""
        address = self.success_url if self.request.user.is_authenticated else self.address_of_another_try
        response = render(self.request, template, {**about, "seconds": RETRY_AFTER}, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        response.headers["Refresh"] = f"{RETRY_AFTER}; url={address}"
        return response


def the_user(found: AbstractBaseUser | None) -> AbstractBaseUser:
    """Refuse a person whom another authentication backend has refused."""
    if found is None:
        raise SignInFailed("user_disabled", "no authentication backend accepts this person")
    return found


def message_about_change(before: AbstractBaseUser, now: AbstractBaseUser) -> str:
    left, came = (getattr(user, "first_name", "") or "a person without a name" for user in (before, now))
    return f"The provider says that you are {came} now. The session of {left} has ended here, with all that was in it."
