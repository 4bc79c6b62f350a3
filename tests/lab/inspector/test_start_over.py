"""To empty the journal, from the inspector's own page only."""

import pytest

from tests.page import text_of
from tests.recorded import number_of_entries
from tests.session_inspector.inspector.traffic import exchange

ORIGIN = "http://inspector.localhost:8003"


@pytest.mark.parametrize(
    "origin", [None, "null", "http://site-a.localhost:8001", "http://inspector.localhost:8003.evil.example"]
)
def test_what_changes_something_needs_the_inspectors_own_origin(client, origin):
    exchange()
    response = client.post("/start-over/", headers={"origin": origin} if origin else {})
    assert response.status_code == 403
    assert "this did not come from a page of the inspector" in text_of(response)
    assert number_of_entries() == 1


def test_from_its_own_page_the_journal_is_emptied(client):
    exchange()
    assert client.post("/start-over/", headers={"origin": ORIGIN}).headers["Location"] == "/"
    assert number_of_entries() == 0
