import pytest

from tests.identity.provider.consent import register_stranger


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def stranger(seeded):
    return register_stranger()
