"""The adapter of ``allauth.idp.oidc`` for a provider that sends logout tokens."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings


class BackChannelLogoutAdapter(DefaultOIDCAdapter):
    """For ``IDP_OIDC_ADAPTER``, as it is or as the base of the project's own."""

    def get_issuer(self) -> str:
        """One issuer, whatever ``Host`` a request names (OpenID Connect Discovery 1.0, section 3).

        The worker makes logout tokens without any request.
        """
        return settings.BACKCHANNEL_LOGOUT_ISSUER

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Announce back-channel logout (Back-Channel Logout 1.0, section 2.1)."""
        data["backchannel_logout_supported"] = True
        data["backchannel_logout_session_supported"] = True
