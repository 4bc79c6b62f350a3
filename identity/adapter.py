"""Where the lab wants allauth to behave otherwise."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from shared.servers import IDENTITY


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Closed: the people of the lab are seeded."""
        return False

    def add_message(self, *args, **kwargs) -> None:
        """Say nothing: a message kept in the session would make a new session just after signing out."""


class OIDCAdapter(DefaultOIDCAdapter):
    def get_issuer(self) -> str:
        """One issuer, whatever ``Host`` a request names (OpenID Connect Discovery 1.0, section 3)."""
        return IDENTITY.origin
