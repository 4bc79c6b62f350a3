import pytest


@pytest.fixture(params=["journal_file", "journal_address"])
def journal_place(request):
    """Each of these tests has its journal in a file, and again in PostgreSQL."""
    return request.getfixturevalue(request.param)
