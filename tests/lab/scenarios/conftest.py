import pytest


@pytest.fixture(autouse=True)
def journal_of_this_test(journal):
    """Each of these tests makes its own traffic."""
