"""The inspector's answers: what it refuses, what it sets, and what it says when there is nothing to say."""

import sqlite3
from itertools import islice
from threading import BoundedSemaphore

import pytest
from django.db import OperationalError

from lab.inspector.first_steps.steps import LESSONS
from session_inspector.inspector import views
from session_inspector.journal.schema import Entry
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, exchange, row, told

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/ladder/",
    "/board/",
    "/visitors/",
    "/path/",
    "/export/",
    "/start-over/",
    "/journal.json",
    "/journal.har",
]
ORIGIN = "http://inspector.localhost:8003"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("recorded", [False, True])
def test_every_page_answers_with_and_without_a_journal_and_sets_no_cookie(client, path, recorded):
    if recorded:
        exchange(tells=[told("site_a_session", "k1k1k1", "site_a")], after=row("k1k1k1"))
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_with_nothing_recorded_the_front_page_is_the_first_ten_minutes(client):
    page = text_of(client.get("/"))
    assert "Nothing is recorded of this browser yet. Ten minutes, and you have seen it all." in page
    assert all(lesson.title in page for lesson in LESSONS)


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


def test_a_recorder_that_is_off_is_said(client, settings):
    configure(settings, recording=False)
    assert "The recorder is off (LAB_RECORDER=off): nothing new is recorded." in text_of(client.get("/"))
    configure(settings, recording=True)
    assert "The recorder is off" not in text_of(client.get("/"))


def test_a_method_that_a_page_does_not_take_is_said(client):
    assert client.post("/ladder/", headers={"origin": ORIGIN}).status_code == 405


@pytest.mark.parametrize("path", ["/exchange/77/", "/exchange/99999999999999999999/", "/exchange/x/", "/nothing/"])
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5", "0x10", "²", ""])
def test_a_ladder_that_ends_nowhere_ends_at_the_newest(client, before):
    exchange(path="/shelf/")
    assert "GET /shelf/" in text_of(client.get("/ladder/", {"before": before, "visitor": "v1"}))


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1.5", "²"])
def test_entries_after_no_number_are_refused_with_the_way_to_ask(client, after):
    response = client.get("/journal.json", {"after": after})
    assert response.status_code == 400
    assert response.content == b"after must be the id of an entry: /journal.json?after=120\n"


def test_the_journal_for_programs_goes_on_where_it_ended(client, monkeypatch):
    monkeypatch.setattr(views, "EXPORTED", 2)
    numbers = [exchange(at=n).pk for n in range(5)]
    found, address = [], "/journal.json"
    while address:
        part = client.get(address).json()
        found += [entry["id"] for entry in part["entries"]]
        address = part["next"]
    assert found == numbers
    assert client.get(f"/journal.json?after={numbers[3]}").json()["entries"][0]["content"]["path"] == "/"


def test_the_archive_of_one_visitor_and_of_all(client):
    exchange(visitor="v1")
    exchange(visitor="v2")
    count = [len(client.get(path).json()["log"]["entries"]) for path in ("/journal.har", "/journal.har?visitor=v1")]
    assert count == [2, 1]


def test_a_visitor_who_is_gone_is_a_page_that_leads_back(client):
    exchange(agent="")
    for path in ("/", "/ladder/"):
        page = text_of(client.get(path, {"visitor": "gone"}))
        assert "Nothing is recorded of this visitor any more." in page
        assert "This browser instead" in page


def test_what_somebody_sent_is_text_on_every_page(client):
    markup = "<script>alert(1)</script>"
    entry = exchange(
        path=f"/{markup}", query=[[markup, markup]], form=[[markup, markup]], sends={markup: "x"}, visitor="v1",
        headers={"Host": markup, "User-Agent": markup}, tells=[told(markup, markup)], location=f"/{markup}", status=302,
        after=row("k1", **{markup: markup}), user={"id": "1", "name": markup}, type=markup,
    )  # fmt: skip
    for path in ("/?visitor=v1", "/ladder/?visitor=v1", f"/exchange/{entry.id}/"):
        response = client.get(path)
        assert response.status_code == 200
        assert markup not in response.content.decode()
        assert "&lt;script&gt;" in response.content.decode()


def test_a_journal_that_cannot_be_read_is_a_page_that_says_what_to_do(client, monkeypatch):
    def unreadable(*args):
        raise OperationalError("disk I/O error")

    for place in (
        "session_inspector.inspector.middleware.make_table_if_missing",
        "session_inspector.inspector.views.state_of_journal",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, unreadable)
            response = client.get("/")
        assert response.status_code == 503
        assert "The journal cannot be read or written now. disk I/O error" in text_of(response)


def test_a_page_says_which_state_of_the_journal_it_shows(client):
    exchange()
    state = views.state_of_journal()
    assert f'data-state="{state}"' in client.get("/").content.decode()
    exchange()
    assert views.state_of_journal() != state


def test_the_stream_says_that_something_is_new_and_not_what(client):
    exchange(path="/secret/place/")
    response = client.get("/stream/", {"seen": "another"})
    assert response.headers["Content-Type"] == "text/event-stream"
    _, first = islice(response.streaming_content, 2)
    response.close()
    assert first.decode() == f"id: {views.state_of_journal()}\ndata: news\n\n"


def test_a_listener_who_comes_back_says_what_it_heard_last(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.stream.STILL_HERE", 0)
    exchange()
    seen = views.state_of_journal()
    response = client.get("/stream/", {"seen": "old"}, headers={"last-event-id": seen})
    assert list(islice(response.streaming_content, 2)) == [b"retry: 1000\n\n", b": still here\n\n"]
    response.close()


def test_the_stream_goes_on_when_the_journal_cannot_be_read(client, monkeypatch):
    def unreadable():
        raise OperationalError("no such table") from sqlite3.OperationalError()

    monkeypatch.setattr("session_inspector.inspector.live.stream.state_of_journal", unreadable)
    response = client.get("/stream/", {"seen": "old"})
    assert list(islice(response.streaming_content, 2))[1] == b"id: none\ndata: news\n\n"
    response.close()


def test_with_head_no_stream_begins_that_nobody_would_end(client):
    assert client.head("/stream/").status_code == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_no_page_of_another_origin_listens(client, site):
    assert client.get("/stream/", headers={"sec-fetch-site": site}).status_code == 403


def test_very_many_listeners_are_too_many_and_each_gives_its_place_back(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.stream.listeners", BoundedSemaphore(2))
    streams = [client.get("/stream/") for _ in range(3)]
    first = [next(iter(stream.streaming_content)) for stream in streams]
    assert first == [b"retry: 1000\n\n", b"retry: 1000\n\n", b"retry: 5000\n\n"]
    streams[0].close()
    streams.append(client.get("/stream/"))
    assert next(iter(streams[-1].streaming_content)) == b"retry: 1000\n\n"
    for stream in streams:
        stream.close()


ODD = [
    {"content": {}},
    {"content": []},
    {"content": "x"},
    {"server": "site_c"},
    {"content": {"channel": "front", "path": 7}},
    {"kind": "session change"},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_entry_of_another_form_takes_no_page_away(client, odd):
    good = exchange(journey="j1")
    Entry.objects.filter(pk=exchange(at=1, journey="j1").pk).update(**odd)
    for path in (*PAGES, f"/exchange/{good.id}/", "/?visitor=v1", "/ladder/?visitor=v1", "/journal.har?visitor=v1"):
        assert client.get(path).status_code == 200, path


def test_what_is_not_recorded_is_not_taken_for_nobody(client):
    exchange("site_b", tells=[told("site_b_session", "b1", "site_b")], after=row("b1"))
    page = text_of(client.get("/?visitor=v1"))
    assert "identity not seen yet" in page
    assert "site B nobody" in page


def test_a_row_that_has_run_out_is_said_to(client):
    kept = row("a1", hours=-70, _auth_user_id="1")  # one hour after the exchange, and long ago
    exchange(at=-71 * 3600, tells=[told("site_a_session", "a1", "site_a")], after=kept, user=ALICE)
    page = text_of(client.get("/?visitor=v1"))
    assert "a key, and a row past its expire date, which counts as none" in page


def test_a_sign_in_that_failed_is_found_by_its_journey(client):
    journey = "ab" * 16
    exchange("site_a", "/oidc/authenticate/", journey=journey)
    callback = exchange("site_a", "/oidc/callback/", at=1, status=502, journey=journey)
    exchange("identity", "/identity/o/authorize", at=2, journey=journey)
    assert client.get(f"/journey/{journey}/")["Location"] == f"/exchange/{callback.id}/"
    assert client.get(f"/journey/{'0' * 32}/")["Location"] == "/ladder/"
    assert client.get("/journey/x/").status_code == 404
