"""The pages that only the lab's inspector has."""

import pytest

from lab.inspector.first_steps.steps import STEPS
from session_inspector.journal.queries import number_of_entries
from tests.page import text_of
from tests.session_inspector.inspector.traffic import exchange, row, told

ORIGIN = "http://inspector.localhost:8003"
PAGES = ["/leaving/", "/first-steps/", "/start-over/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("recorded", [False, True])
def test_every_page_answers_with_and_without_a_journal_and_sets_no_cookie(client, path, recorded):
    if recorded:
        exchange(tells=[told("site_a_session", "k1k1k1", "site_a")], after=row("k1k1k1"))
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies


def test_with_nothing_recorded_the_front_page_is_the_first_ten_minutes(client):
    page = text_of(client.get("/"))
    assert "Nothing is recorded of this browser yet. Ten minutes, and you have seen it all." in page
    assert all(step.title in page for step in STEPS)


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
