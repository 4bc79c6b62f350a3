"""Clients of each kind, for tests."""

from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import make_password

from identity.models import Registration
from identity.provider.registrations import SCOPES

SECRET = "a-secret-of-the-client"
WEBSITE, BROWSER_APP, NATIVE_APP = Registration.Kind.values


def register(kind, redirect_uri, *, may_omit_pkce=False, may_refresh=False, origins=()):
    """A client that need not ask for consent. Only a website has a secret."""
    client = Client(id=f"a-{kind}", name=f"A {kind}", skip_consent=True, type=Client.Type.PUBLIC)
    if kind == WEBSITE:
        client.type, client.secret = Client.Type.CONFIDENTIAL, make_password(SECRET, hasher="sha256_of_random")
    client.set_redirect_uris([redirect_uri])
    client.set_cors_origins(origins)
    client.set_scopes(SCOPES)
    client.set_grant_types(["authorization_code", *(["refresh_token"] if may_refresh else [])])
    client.save()
    Registration.objects.create(client=client, kind=kind, may_omit_pkce=may_omit_pkce)
    return client
