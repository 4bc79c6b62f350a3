"""The provider of these tests is Identity, with its people, its clients and its database in a file."""

import pytest
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model

from identity.account.people import PEOPLE
from identity.provider.clients import seed_clients
from tests.backchannel_logout.op_sessions import sign_in
from tests.backchannel_logout.receiver import Receiver
from tests.identity.conftest import (  # noqa: F401, pytest finds fixtures by their names here
    alice,
    django_db_modify_db_settings,
    django_db_setup,
    no_attempts_yet,
    seeded,
)


@pytest.fixture(autouse=True)
def seeded_anew(transactional_db):
    """Each of these tests commits, so the database is emptied after it. A test that needs a password sets one."""
    seed_clients()
    for name in PEOPLE:
        get_user_model().objects.get_or_create(username=name)


@pytest.fixture
def receiver():
    """What site A registers to be told at."""
    receiver = Receiver()
    client = Client.objects.get(pk="site-a")
    client.data["client_metadata"]["backchannel_logout_uri"] = f"{receiver.origin}/logout"
    client.save()
    yield receiver
    receiver.close()


@pytest.fixture
def signed_in(client):
    return sign_in(client, get_user_model().objects.get(username="alice"))
