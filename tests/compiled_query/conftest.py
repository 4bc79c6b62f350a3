import pytest
from django.conf import settings
from django.db import connections

from tests import postgresql


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """The cluster runs while the tests do."""
    if "postgresql" not in settings.DATABASES:
        yield
        return
    with postgresql.cluster(postgresql.find()) as about:
        connections["postgresql"].settings_dict.update(about)
        yield


@pytest.fixture(params=[name for name in ("default", "postgresql") if name in settings.DATABASES])
def alias(request, db):
    """The database that a test uses: one of each engine."""
    return request.param
