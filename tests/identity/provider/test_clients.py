"""What Identity registers of each site."""

import pytest
from allauth.idp.oidc.models import Client

from identity.provider.clients import seed_clients

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/oidc/callback/", "/oidc/callback"])
def test_the_redirect_uri_of_each_site_has_the_path_that_the_settings_say(settings, path):
    settings.IDENTITY_CALLBACK = path
    seed_clients()
    assert Client.objects.get(id="site-a").redirect_uris == f"http://site-a.localhost:8001{path}"
    assert Client.objects.get(id="site-b").redirect_uris == f"http://site-b.localhost:8002{path}"
