import pytest


@pytest.fixture
def recording(settings):
    settings.RECORDING = True
