"""How one gets to an exchange."""

import pytest

from session_inspector.journal import queries
from session_inspector.journal.schema import Entry, Measurement, Sweep
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
@pytest.mark.parametrize("record", [Sweep(3, START), Measurement("rows", {"rows": (1.0,)})])
def test_what_is_no_message_and_no_row_has_no_page(client, page, record):
    entry = Entry(START, "site_a", record)
    queries.add(entry)
    assert client.get(f"/{page}/{entry.id}/").status_code == 404


@pytest.mark.parametrize("page", ["exchange", "entries"])
def test_a_number_that_no_entry_can_have_has_no_page(client, page):
    assert client.get(f"/{page}/{10**30}/").status_code == 404


@pytest.mark.parametrize("process", [0, 4711])
def test_which_process_answered_is_said_where_it_is_known(client, process):
    page = client.get(f"/exchange/{exchange(process=process).id}/").content.decode()
    assert ("<dt>Process</dt><dd>4711</dd>" in page) == bool(process)
