from contextlib import ExitStack

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from identity.account.people import PEOPLE
from identity.provider.clients import seed_clients
from tests import postgresql
from tests.backchannel_logout.op_sessions import sign_in


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file, or a cluster that runs while the tests do."""
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "identity.sqlite3")
        elif programs := postgresql.find():
            connection.settings_dict.update(stack.enter_context(postgresql.cluster(programs)))
        else:
            pytest.skip("there is no PostgreSQL")
        yield


@pytest.fixture
def signed_in(client, transactional_db):
    """Each of these tests commits, so the database is emptied after it."""
    seed_clients()
    for name in PEOPLE:
        get_user_model().objects.get_or_create(username=name)
    return sign_in(client, get_user_model().objects.get(username="alice"))
