import pytest


@pytest.fixture
def recording(settings):
    configure(settings, recording=True)
