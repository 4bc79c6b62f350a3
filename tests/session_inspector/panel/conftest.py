import pytest


@pytest.fixture(autouse=True)
def recording(settings):
    configure(settings, recording=True)


@pytest.fixture
def signed_in(client, django_user_model):
    user = django_user_model.objects.create(pk=7, username="oidc:7", first_name="carol", password="!")
    client.force_login(user, "relying_party.backend.Backend")
    return client
