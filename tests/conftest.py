import pytest


@pytest.fixture
def client(settings):
    """Django's test client, asking this server under its own name."""
    from django.test import Client

    return Client(headers={"host": settings.SERVER.netloc})
