import pytest

from identity.seeds import seed_clients, seed_people


@pytest.fixture
def seeded(db):
    seed_people()
    seed_clients()


@pytest.fixture
def alice(seeded, django_user_model):
    return django_user_model.objects.get(username="alice")
