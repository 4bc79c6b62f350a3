"""The redirect URI: where identity sends the browser back to (OpenID Connect Core, 3.1.2.5 to 3.1.2.7)."""

import logging

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from relying_party import authentication_response as response
from relying_party import pending_logins
from relying_party.backend import answer_about, keep_tokens
from relying_party.failures import SignInFailed, failed
from relying_party.provider_client import on_behalf_of
from relying_party.session_index import remember
from trace_context import journey_of

logger = logging.getLogger(__name__)


# What it notes must be seen by others at once, also where ATOMIC_REQUESTS is set.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class CallbackView(OIDCAuthenticationCallbackView):
    """Signs the person in, or says on a page why not."""

    begun: dict = {}  # the sign-in of this session that the answer belongs to; empty where it belongs to none

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            response.check_session_came_back(request)
            response.check_state_is_known(request)
            self.begun = pending_logins.consume(request, request.GET["state"])
        except SignInFailed as failure:
            # A reloaded callback, mostly. Nothing was changed: who is signed in stays so.
            return redirect(self.home) if request.user.is_authenticated else self.explained(failure)
        try:
            response.check_issuer(request)
            response.check_state_is_fresh(self.begun)
            if self.begun["silent"] and response.takes_the_person(request):
                return self.sign_out_too()
            response.check_not_refused(request)
            response.check_code_came(request)
            with on_behalf_of(request.GET["state"]):
                self.user = the_user(
                    auth.authenticate(request, nonce=self.begun["nonce"], code_verifier=self.begun["code_verifier"])
                )
            self.check_nobody_signed_out_meanwhile()
            return self.login_success()
        except SignInFailed as failure:
            return self.explained(failure)

    @property
    def home(self) -> str:
        return resolve_url(self.get_settings("LOGIN_REDIRECT_URL", "/"))

    @property
    def success_url(self) -> str:
        """Where this sign-in was to lead; checked when it began."""
        return self.begun["next"] or self.home

    def login_success(self) -> HttpResponse:
        """The same person keeps session and CSRF token. Of another, ``login()`` flushes the session first."""
        before = self.request.user
        another = before.is_authenticated and before != self.user
        answer = super().login_success()
        told = answer_about(self.user)
        keep_tokens(self.request, told)
        remember(self.request, told.claims)
        if another:
            messages.warning(self.request, said_of_another(before, self.user))
        return answer

    def check_nobody_signed_out_meanwhile(self) -> None:
        """Refuse to sign in again, on a silent question, who has signed out in another tab while it was answered."""
        if self.begun["silent"] and not self.request.user.is_authenticated:
            raise SignInFailed("no_session_came_back", "signed out here while identity was asked")

    def sign_out_too(self) -> HttpResponse:
        """Who has left identity leaves here, too; and reads it on a page, not in an empty one."""
        auth.logout(self.request)
        about = {
            "error": self.request.GET["error"],
            "next": self.success_url,
            "journey": journey_of(self.request.GET["state"]),
            "minutes": settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS // 60,
        }
        return render(self.request, "relying_party/left.html", about)

    def is_in_a_journey(self, failure: SignInFailed) -> bool:
        """Whether the answer can be found by its state: not if it comes again, which leads to the first time."""
        return failure.reason != "unknown_state" and "state" in self.request.GET

    def explained(self, failure: SignInFailed) -> HttpResponse:
        # What came with the request may hold a line break: repr() keeps it within the line.
        logger.warning("Sign-in not finished: %s %r", failure.reason, failure.detail)
        failed.send_robust(type(self), failure=failure)
        about = {
            "failure": failure,
            "silent": self.begun.get("silent"),
            "next": self.success_url if self.begun else self.home,
            "journey": journey_of(self.request.GET.get("state", "")) if self.is_in_a_journey(failure) else "",
        }
        template = f"relying_party/failures/{failure.reason}.html"
        return render(self.request, template, about, status=failure.status)


def the_user(found: AbstractBaseUser | None) -> AbstractBaseUser:
    """Refuse whom another authentication backend has kept out."""
    if found is None:
        raise SignInFailed("user_disabled", "no authentication backend accepts this person")
    return found


def said_of_another(before: AbstractBaseUser, now: AbstractBaseUser) -> str:
    left, came = (getattr(user, "first_name", "") or "a person without a name" for user in (before, now))
    return f"identity says that you are {came} now. The session of {left} has ended here, with all that was in it."
