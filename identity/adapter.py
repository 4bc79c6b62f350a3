"""Where the lab wants allauth to behave otherwise."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from shared.servers import IDENTITY


class AccountAdapter(DefaultAccountAdapter):
    def is_safe_url(self, url) -> bool:
        """Refuse what is no URL at all; allauth alone would answer it with a 500."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def add_message(self, *args, **kwargs) -> None:
        """Say nothing: a message kept in the session would make a new session just after signing out."""


class OIDCAdapter(DefaultOIDCAdapter):
    def get_issuer(self) -> str:
        """One issuer, whatever ``Host`` a request names (OpenID Connect Discovery 1.0, section 3)."""
        return IDENTITY.origin
