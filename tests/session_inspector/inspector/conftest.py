import pytest

from session_inspector.inspector.observed.visitor import Visitor
from tests.session_inspector.inspector.traffic import AGENT, NOW


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Unless told otherwise, Django's tests make the default database first: the inspector has none."""
    from django.db import connections

    connections["journal"].settings_dict["TEST"]["DEPENDENCIES"] = []


@pytest.fixture
def visitor():
    return Visitor("v1", AGENT, is_here=True)


@pytest.fixture(autouse=True)
def inspector_s_clock(monkeypatch):
    """The traffic of these tests is of one day: so are the pages that show it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
