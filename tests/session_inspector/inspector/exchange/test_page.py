"""How one gets to an exchange."""

import pytest

from session_inspector.journal import queries
from session_inspector.journal.schema import Entry, Sweep
from tests.session_inspector.inspector.traffic import START, exchange


def test_a_sign_in_that_failed_is_found_by_its_journey(client):
    journey = "ab" * 16
    exchange("site_a", "/oidc/authenticate/", journey=journey)
    callback = exchange("site_a", "/oidc/callback/", at=1, status=502, journey=journey)
    exchange("identity", "/identity/o/authorize", at=2, journey=journey)
    assert client.get(f"/journey/{journey}/")["Location"] == f"/exchange/{callback.id}/"
    assert client.get(f"/journey/{'0' * 32}/")["Location"] == "/ladder/"
    assert client.get("/journey/x/").status_code == 404


def test_a_sign_in_that_did_not_come_back_is_found_by_its_newest_exchange(client):
    journey = "cd" * 16
    exchange("site_a", "/oidc/authenticate/", journey=journey)
    refused = exchange("identity", "/identity/o/authorize", at=1, status=400, journey=journey)
    assert client.get(f"/journey/{journey}/")["Location"] == f"/exchange/{refused.id}/"


@pytest.mark.parametrize("page", ["exchange", "entries"])
def test_rows_that_one_command_deleted_together_have_no_page(client, page):
    swept = Entry(START, "site_a", Sweep(3, START))
    queries.add(swept)
    assert client.get(f"/{page}/{swept.id}/").status_code == 404


@pytest.mark.parametrize("page", ["exchange", "entries"])
def test_a_number_that_no_entry_can_have_has_no_page(client, page):
    assert client.get(f"/{page}/{10**30}/").status_code == 404
