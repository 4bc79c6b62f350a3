"""The people and the clients that identity knows from the start."""

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from shared.servers import SITES
from shared.state import secret

PEOPLE = ("alice", "bob")


def seed_people() -> None:
    """alice and bob, each with their own name as password. Who is there already stays as they are."""
    for name in PEOPLE:
        user, is_new = get_user_model().objects.get_or_create(
            username=name, defaults={"first_name": name, "email": f"{name}@example.org"}
        )
        if is_new:
            user.set_password(name)
            user.save()
            # Without a primary address the ``email`` claim is missing.
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def seed_clients() -> None:
    """Register the sites, with exact redirect URIs. Follows ``LAB_PORT`` and ``LAB_DOMAIN`` when they change."""
    for site in SITES:
        Client.objects.update_or_create(
            id=site.label,
            defaults={
                "name": site.title,
                "secret": make_password(secret(f"{site.name}.client_secret"), hasher="sha256_of_random"),
                "type": Client.Type.CONFIDENTIAL,
                "scopes": "openid\nprofile\nemail",
                "grant_types": Client.GrantType.AUTHORIZATION_CODE,
                "response_types": Client.ResponseType.CODE,
                "redirect_uris": f"{site.origin}/oidc/callback/",
                "data": {
                    "client_metadata": {
                        "post_logout_redirect_uris": [f"{site.origin}/signed-out/"],
                        "backchannel_logout_uri": f"{site.origin}/oidc/backchannel-logout/",
                    }
                },
                "skip_consent": True,  # first-party: both sites belong to whoever runs identity
            },
        )
