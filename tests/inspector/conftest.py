import pytest

from shared.inspector.visitors import Visitor
from tests.inspector.traffic import AGENT


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Unless told otherwise, Django's tests make the default database first: the inspector has none."""
    from django.db import connections

    connections["journal"].settings_dict["TEST"]["DEPENDENCIES"] = []


@pytest.fixture
def visitor():
    return Visitor("v1", AGENT, is_here=True)
