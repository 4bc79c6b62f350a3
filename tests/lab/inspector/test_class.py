"""A class on one server: each sees only what is recorded of their own browser, whichever address they try."""

import json
import re
from itertools import islice

import pytest
from django.core.cache import cache

from lab import runs
from lab.inspector.scenarios import attempts
from lab.state import secret_path, teacher_key
from session_inspector.inspector.viewer import Viewer, viewing
from session_inspector.journal.queries import forget
from session_inspector.journal.said import said_of, say
from session_inspector.journal.visitor_names import name_visitor
from tests import every_address
from tests.page import text_of
from tests.recorded import number_of_entries
from tests.session_inspector.inspector.class_of_visitors import (
    KEY,
    ORIGIN,
    begin_class,
    does_it_all,
    key_at_site,
    person_of,
    recorded,
    things_done,
)
from tests.session_inspector.inspector.traffic import NOW, exchange

MANY = 300
ALICE_S, BOB_S = "nautilus", "pequod"
FOR_ANYBODY = {"/glossary/", "/key/"}
CONCERN_ALL = {
    "/scenarios/cookie_clash/path/": "a stage",
    "/scenarios/misbehaving/cookie_clash/": "a provider that misbehaves",
    "/run/end/": "back to normal",
    "/scenarios/forget/": "predictions of all",
}


@pytest.fixture(autouse=True)
def in_class(settings, journal_of_this_test, state_without_runs):
    begin_class(settings)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann():
    return does_it_all(ALICE_S, 1)


@pytest.fixture
def bob():
    """He has a name of his own, has said something, and has predicted something."""
    person = does_it_all(BOB_S, 2)
    name_visitor(person.visitor, f"{BOB_S}-name")
    say(person.visitor, f"{BOB_S}-said", NOW)
    predict(person, BOB_S)
    return person


def predict(person, words):
    with viewing(Viewer(visitor=person.visitor)):
        attempt = attempts.begin(1, "cookie_clash", "path", {"question": words}, True, NOW)
        attempts.finish(attempt, {"question": words}, {"question": words}, person.ids)
    return attempt


def every_address_of(monkeypatch, person):
    """Of the inspector, with what is that person's for each argument."""
    own = {"entry_id": str(person.ids[0]), "ids": ",".join(map(str, person.ids)), "journey": f"{2:032x}", "number": "1"}
    monkeypatch.setattr(every_address, "ARGUMENTS", {**every_address.ARGUMENTS, **own})
    return list(every_address.every_address())


def said_by(response) -> str:
    """All that it answers, of a stream what comes first."""
    if not response.streaming:
        return response.content.decode()
    said = b"".join(islice(response.streaming_content, 2))
    response.close()
    return said.decode()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_shows_anything_of_another_visitor(new_client, monkeypatch, ann, bob, method):
    """Whatever pages there will be: all addresses are asked, with what is another's for each argument."""
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    for address in every_address_of(monkeypatch, bob):
        for query in ("", f"?visitor={bob.visitor}", f"?jar={bob.jar}", "?after=0", f"?seen=x&fingerprint={2:016x}"):
            said = said_by(new_client().generic(method, ann.address(address) + query, headers={"origin": ORIGIN}))
            assert BOB_S not in said, (method, address, query)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_shows_anything_to_nobody(new_client, monkeypatch, bob, method):
    for address in every_address_of(monkeypatch, bob):
        for name in ("", f"/{bob.jar}.{'A' * 43}"):
            response = new_client().generic(method, name + address, headers={"origin": ORIGIN})
            assert response.status_code == 403 or address in FOR_ANYBODY, (method, address)
            assert BOB_S not in said_by(response), (method, address)


def test_their_own_is_shown_to_them(client, monkeypatch, bob):
    """The other way round: these tests would find it."""
    shown = [one for one in every_address_of(monkeypatch, bob) if BOB_S in said_by(client.get(bob.address(one)))]
    for address in ("/", "/ladder/", "/visitors/", f"/exchange/{bob.ids[0]}/", "/journal.json", "/journal.har"):
        assert address in shown
    assert "/scenarios.json" in shown


def test_of_many_each_sees_all_of_their_own_and_nothing_of_another(new_client):
    """They do the same at the same time, in the same browser as far as the User-Agent tells, from one address."""
    markers = [f"participant{number:03}" for number in range(1, MANY + 1)]
    doing = zip(*(things_done(marker, number) for number, marker in enumerate(markers, 1)), strict=True)
    done = zip(*doing, strict=True)
    people = [person_of(marker, list(entries)) for marker, entries in zip(markers, done, strict=True)]
    assert len({one.visitor for one in people}) == len({one.name for one in people}) == MANY
    for person in people:
        for path in ("/ladder/", "/journal.har", "/stream/"):
            expect_only(person, said_by(new_client().get(person.address(path))))
        entries = new_client().get(person.address("/journal.json")).json()["entries"]
        assert [entry["id"] for entry in entries] == list(person.ids)
        expect_only(person, json.dumps(entries))


def expect_only(person, said):
    assert set(re.findall(r"participant\d{3}", said)) <= {person.marker}


# Predictions.


def test_a_prediction_is_found_by_who_made_it_only(client, ann, bob):
    number = json.loads(client.get(bob.address("/scenarios.json")).content)["attempts"][0]["id"]
    assert client.get(bob.address(f"/attempts/{number}/")).status_code == 200
    theirs, never = (client.get(ann.address(f"/attempts/{one}/")) for one in (number, 999))
    assert theirs.status_code == never.status_code == 404
    assert text_of(theirs) == text_of(never)
    assert client.get(ann.address("/scenarios.json")).json() == {"attempts": []}


def test_but_all_are_counted(client, ann, bob):
    """How many predicted what: that is the vote of the class."""
    predict(ann, ALICE_S)
    assert len(attempts.of_stage("cookie_clash", "path")) == 2


# What concerns all.


@pytest.mark.parametrize("path", CONCERN_ALL, ids=CONCERN_ALL.values())
def test_what_concerns_all_needs_the_key(client, ann, bob, path):
    before = runs.current()
    refused = client.post(ann.address(path), headers={"origin": ORIGIN})
    assert refused.status_code == 403
    assert "Only who has entered the key may do it." in text_of(refused)
    assert runs.current() == before
    assert len(attempts.of_stage("cookie_clash", "path")) == 1


def test_with_the_key_it_is_done(client, ann, bob):
    client.post("/key/", {"key": KEY}, headers={"origin": ORIGIN})
    client.post("/scenarios/same_site_strict/with_password/", headers={"origin": ORIGIN})
    assert runs.current().scenario == "same_site_strict"
    client.post("/run/end/", headers={"origin": ORIGIN})
    assert runs.current().is_usual
    client.post("/scenarios/forget/", headers={"origin": ORIGIN})
    assert attempts.of_stage("cookie_clash", "path") == []


# Start over.


def test_who_starts_over_forgets_their_own_traffic_and_nobody_elses(client, ann, bob):
    answer = client.post(ann.address("/start-over/"), {"visitor": bob.visitor}, headers={"origin": ORIGIN})
    assert answer.headers["Location"] == "http://identity.localhost:8000/session/forget/?then=keep"
    assert number_of_entries() == len(bob.ids)
    assert said_of(bob.visitor, f"{BOB_S}-said")
    assert "Nothing recorded yet." in text_of(client.get(ann.address("/ladder/")))
    assert BOB_S in text_of(client.get(bob.address("/ladder/")))


def test_their_browser_is_still_known_by_its_cookies(ann):
    forget(ann.visitor)
    again = recorded(exchange, sends={"site_a_session": key_at_site(1)})
    assert (again.visitor, again.jar) == (ann.visitor, ann.jar)


def test_with_the_key_the_journal_is_emptied_for_all(client, ann, bob):
    client.post("/key/", {"key": KEY}, headers={"origin": ORIGIN})
    assert client.post("/start-over/", headers={"origin": ORIGIN}).headers["Location"] == "/"
    assert number_of_entries() == 0


def test_the_way_over_the_servers_does_not_know_the_private_address(client, ann):
    page = client.get(ann.address("/start-over/")).content.decode()
    assert ann.name not in page.partition("<main")[2].partition("</main>")[0]


# The key of the lab.


def test_the_teacher_s_key_can_be_typed_and_lies_in_the_state_folder():
    groups = teacher_key().split("-")
    assert [len(group) for group in groups] == [4] * 5
    assert "".join(groups) == secret_path("teacher_key").read_text()[:20]
    assert secret_path("teacher_key").stat().st_mode & 0o077 == 0
