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


SITE_B = "http://site-b.localhost:8002/"


def test_one_button_leads_to_the_first_server_which_hears_that_it_came_from_here(client):
    page = client.get("/start-over/").content.decode()
    button = '<a class="button main" href="http://identity.localhost:8000/session/forget/?then=empty"'
    assert f'{button} referrerpolicy="origin">Start over now</a>' in page
    assert "data-sends-itself" not in page


@pytest.mark.parametrize(
    ("query", "referer", "itself"),
    [
        ("forgotten=yes&then=empty", SITE_B, True),
        ("forgotten=yes&then=keep", SITE_B, False),
        ("forgotten=yes", SITE_B, False),
        ("forgotten=yes&then=empty", None, False),
        ("forgotten=yes&then=empty", "http://evil.example/", False),
        ("forgotten=yes&then=empty", "http://identity.localhost:8000/", False),
    ],
)
def test_the_journal_is_emptied_by_itself_only_at_the_end_of_the_way(client, query, referer, itself):
    exchange()
    response = client.get(f"/start-over/?{query}", headers={"referer": referer} if referer else {})
    assert ("data-sends-itself" in response.content.decode()) == itself
    assert "✓ All three servers were told to forget this browser." in text_of(response)
    assert number_of_entries() == 1


def test_who_keeps_the_journal_reads_that(client):
    page = text_of(client.get("/start-over/?forgotten=yes&then=keep"))
    assert "This browser is forgotten. The journal is kept." in page
    assert "Empty the journal, for all visitors" in page
