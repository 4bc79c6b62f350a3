import pytest

from tests.interop.elsewhere import provider_mock
from tests.processes import Lab


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory):
    """A provider that is not ours, one for all tests: it remembers nobody."""
    lab = Lab(tmp_path_factory.mktemp("elsewhere"))
    try:
        yield provider_mock(lab)
    finally:
        lab.stop()
