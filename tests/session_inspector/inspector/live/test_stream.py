"""The stream for pages of the inspector: that something is new, not what."""

import sqlite3
from itertools import islice

import pytest
from django.db import OperationalError

from session_inspector.inspector.observed.queries import state_of_journal
from tests.session_inspector.inspector.traffic import exchange


def test_the_stream_says_that_something_is_new_and_not_what(client):
    exchange(path="/secret/place/")
    response = client.get("/stream/", {"seen": "another"})
    assert response.headers["Content-Type"] == "text/event-stream"
    _, first = islice(response.streaming_content, 2)
    response.close()
    assert first.decode() == f"id: {state_of_journal()}\ndata: news\n\n"


def test_an_open_stream_has_one_event_for_what_is_recorded_meanwhile_and_else_none(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    exchange()
    response = client.get("/stream/", {"seen": state_of_journal()})
    events = response.streaming_content
    assert list(islice(events, 2)) == [b"retry: 1000\n\n", b": still here\n\n"]
    exchange()
    assert next(events).decode() == f"id: {state_of_journal()}\ndata: news\n\n"
    assert next(events) == b": still here\n\n"
    response.close()


def test_a_listener_who_comes_back_says_what_it_heard_last(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    exchange()
    seen = state_of_journal()
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


@pytest.mark.parametrize("origin", ["http://evil.example", "http://inspector.localhost:9000", "null"])
def test_nor_where_the_browser_names_the_origin_only(client, origin):
    """Over plain http, at a name that is none of loopback, no ``Sec-Fetch-Site`` comes."""
    assert client.get("/stream/", headers={"origin": origin}).status_code == 403


def test_very_many_listeners_are_too_many_and_each_gives_its_place_back(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.watch.MAX_LISTENERS", 2)
    streams = [listening(client), listening(client)]
    refused = client.get("/stream/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    streams.pop().close()
    streams.append(listening(client))
    for stream in streams:
        stream.close()


def listening(client):
    """An open stream that has begun."""
    response = client.get("/stream/")
    assert next(iter(response.streaming_content)) == b"retry: 1000\n\n"
    return response
