import pytest


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client
