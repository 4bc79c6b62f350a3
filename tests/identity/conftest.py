import pytest
from django.core.cache import cache
from django.db import connection

from identity.account.people import seed_people
from identity.provider.clients import seed_clients


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file, as the lab has: threads that write to a database in memory do not wait for one another."""
    connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "identity.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Seed once for all tests: hashing a password takes longer than most of them."""
    with django_db_blocker.unblock():
        seed_people()
        seed_clients()


@pytest.fixture(autouse=True)
def no_attempts_yet():
    """allauth counts sign-ins in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def seeded(db):
    """A database in which alice, bob and the two clients are."""


@pytest.fixture
def alice(seeded, django_user_model):
    return django_user_model.objects.get(username="alice")
