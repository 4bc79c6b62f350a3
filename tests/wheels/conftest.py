import pytest

from tests.interop.elsewhere import Provider
from tests.processes import Lab


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory):
    """A provider that is not ours, one for all tests: it remembers nobody."""
    lab = Lab(tmp_path_factory.mktemp("elsewhere"))
    try:
        yield Provider(lab)
    finally:
        lab.stop()
