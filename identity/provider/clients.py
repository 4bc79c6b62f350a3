"""The clients that Identity knows from the start: the sites of the lab."""

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth.hashers import make_password

from lab.servers import SITES, client_id_of
from lab.state import secret


def seed_clients() -> None:
    """Register the sites, or change their addresses, which depend on ``LAB_PORT`` and ``LAB_DOMAIN``."""
    for site in SITES:
        Client.objects.update_or_create(
            id=client_id_of(site),
            defaults={
                "name": site.title,
                "secret": make_password(secret(f"{site.name}.client_secret"), hasher="sha256_of_random"),
                "type": Client.Type.CONFIDENTIAL,
                "scopes": "openid\nprofile\nemail",
                "grant_types": Client.GrantType.AUTHORIZATION_CODE,
                "response_types": Client.ResponseType.CODE,
                "redirect_uris": f"{site.origin}{settings.IDENTITY_CALLBACK}",
                "data": {
                    "client_metadata": {
                        "post_logout_redirect_uris": [f"{site.origin}/signed-out/"],
                        "backchannel_logout_uri": f"{site.origin}/oidc/backchannel-logout/",
                    }
                },
                "skip_consent": True,  # first-party: both sites belong to whoever runs Identity
            },
        )
