import pytest


@pytest.fixture(autouse=True)
def recorded_from_the_start(recording):
    """The panel shows what is recorded."""


@pytest.fixture
def signed_in(client, django_user_model):
    user = django_user_model.objects.create(pk=7, username="oidc:7", first_name="carol", password="!")
    client.force_login(user, "relying_party.backend.Backend")
    return client
