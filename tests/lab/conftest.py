import shutil

import pytest

from lab import runs
from lab.state import STATE


@pytest.fixture
def state_without_runs():
    """The state folder of the tests as it was before any scenario was chosen, and so again afterwards."""
    forget_runs()
    yield STATE
    forget_runs()


def forget_runs():
    runs.path().unlink(missing_ok=True)
    shutil.rmtree(STATE / "runs", ignore_errors=True)
