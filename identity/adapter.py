"""Where the lab changes the behaviour of allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme

from backchannel_logout.adapter import BackChannelLogoutAdapter
from identity.account import sign_in_trace
from identity.account.people import subject_of
from identity.account.sessions import address_of_signed_out
from identity.provider.registrations import OFFLINE_ACCESS
from identity.provider.signing_keys import signing_keys


class AccountAdapter(DefaultAccountAdapter):
    def is_safe_url(self, url) -> bool:
        """Only paths of this server. allauth would accept its host on any port, and raise for what is no URL at all.

        The beginning says where it leads. Django's function refuses long URLs, and authorization requests may be long.
        """
        return url.startswith("/") and url_has_allowed_host_and_scheme(url[:2000], allowed_hosts=None)

    def authenticate(self, request, **credentials):
        before = sign_in_trace.state_of(request)
        try:
            user = super().authenticate(request, **credentials)
        except Exception:
            self._rollback_login_failed_rl_usage()  # what nobody could check was no guess
            raise
        sign_in_trace.note_authenticate(request, credentials, before, user)
        return user

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """Of one name in one browser, which the form's CSRF cookie tells apart: in a class many people sign in as
        ``alice``, and one of them who guesses locks out nobody else. Who changes cookies is counted by address."""
        browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{browser}"

    def login(self, request, user) -> None:
        before = sign_in_trace.state_of(request, user)
        super().login(request, user)
        sign_in_trace.note_login(request, user, before)

    def get_logout_redirect_url(self, request) -> str:
        return address_of_signed_out(request)

    def add_message(self, *args, **kwargs) -> None:
        """Say nothing: a message kept in the session would make a new session just after signing out."""


class OIDCAdapter(BackChannelLogoutAdapter):
    scope_display = {
        **BackChannelLogoutAdapter.scope_display,
        OFFLINE_ACCESS: "Use all this also while you are not signed in",
    }

    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs) -> dict:
        """Only ``sub`` in the ID Token; the claims of the scopes in userinfo (OpenID Connect Core, 5.4)."""
        told = set(scopes) if purpose == "userinfo" else set()
        is_primary = "email" in told and not email  # a person may choose one of several addresses
        scopes = told - {"email"} if is_primary else told
        claims = super().get_claims(purpose, user, client, scopes, email=email, **kwargs)
        if is_primary and (subject := subject_of(user)).email:
            claims |= {"email": subject.email, "email_verified": subject.email_verified}
        return claims

    def get_user_sub(self, client, user) -> str:
        return subject_of(user).value

    def list_private_keys(self, *, did_activate=None, is_active=None) -> list[PrivateKey]:
        """Those that the file has now. allauth would read its settings, once: a rotation would need a restart."""
        return filter_keys(signing_keys(), did_activate=did_activate, is_active=is_active)
