"""The journal for programs, and as an archive."""

import pytest

from session_inspector.inspector.export import views
from tests.recorded import spoil
from tests.session_inspector.inspector.traffic import call, exchange


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1.5", "²"])
def test_entries_after_no_number_are_refused_with_the_way_to_ask(client, after):
    response = client.get("/journal.json", {"after": after})
    assert response.status_code == 400
    assert response.content == b"after must be the id of an entry: /journal.json?after=120\n"


def test_the_journal_for_programs_goes_on_where_it_ended(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_EXPORTED", 2)
    numbers = [exchange(at=n).id for n in range(5)]
    found, address = [], "/journal.json"
    while address:
        part = client.get(address).json()
        found += [entry["id"] for entry in part["entries"]]
        address = part["next"]
    assert found == numbers
    assert client.get(f"/journal.json?after={numbers[3]}").json()["entries"][0]["content"]["path"] == "/"


def test_an_entry_for_programs_names_its_version_its_participant_and_its_kind(client):
    exchange()
    call(at=1)
    entries = client.get("/journal.json").json()["entries"]
    assert [entry["kind"] for entry in entries] == ["exchange", "back-channel call"]
    assert all(entry["version"] and "participant" in entry for entry in entries)


def test_what_cannot_be_read_is_listed_and_ends_nothing(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_EXPORTED", 2)
    entries = [exchange(at=n) for n in range(6)]
    for odd in (entries[1], entries[2], entries[3]):
        spoil(odd, content={})
    readable, unreadable, address = [], [], "/journal.json"
    while address:
        part = client.get(address).json()
        readable += [entry["id"] for entry in part["entries"]]
        unreadable += part["unreadable"]
        address = part["next"]
    assert (readable, unreadable) == ([1, 5, 6], [2, 3, 4])


def test_what_another_server_wrote_is_exported_too_and_ends_nothing(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_EXPORTED", 2)
    exchange("site_c")
    exchange(at=1)
    exchange(at=2)
    part = client.get("/journal.json").json()
    assert [entry["server"] for entry in part["entries"]] == ["site_c", "site_a"]
    assert part["next"] == "/journal.json?after=2"


def test_the_archive_of_one_visitor_and_of_all(client):
    exchange(visitor="v1")
    exchange(visitor="v2")
    count = [len(client.get(path).json()["log"]["entries"]) for path in ("/journal.har", "/journal.har?visitor=v1")]
    assert count == [2, 1]


def test_the_archive_says_what_is_missing_from_it(client):
    exchange()
    spoil(exchange(at=1), content={})
    assert "1 entry of the journal cannot be shown" in client.get("/journal.har").json()["log"]["comment"]
