"""What an open page of a site is told of its session."""

import json
from itertools import islice

import pytest
from django.db import OperationalError

from lab.servers import SERVERS, SITE_A, SITE_B
from session_inspector.inspector.observed.queries import what_became_of
from session_inspector.journal import database
from session_inspector.journal.queries import newest_id
from tests.recorded import rewrite
from tests.session_inspector.inspector.traffic import KNOWN, change, exchange, masked, row

BY_LOGOUT_TOKEN = "/oidc/backchannel-logout/"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """A look at which nothing was new is told at once."""
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)


@pytest.fixture
def listen(client):
    opened = []

    def listen(key="a1", server=SITE_A, at_once=2):
        """What comes first, after the greeting."""
        response = client.get(
            "/stream/session/", {"fingerprint": masked(key).fingerprint}, headers={"origin": server.origin}
        )
        opened.append(response)
        *_, event = islice(response.streaming_content, at_once)
        return event.decode()

    yield listen
    for response in opened:
        response.close()


def deleted(key="a1", **where):
    return change("deleted", key, **where)


def said(event):
    return json.loads(event.removeprefix("data: "))


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_each_server_s_pages_may_listen_without_credentials(client, server):
    response = client.get("/stream/session/", {"fingerprint": "0" * 16}, headers={"origin": server.origin})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == server.origin
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["Vary"] == "Origin"
    response.close()


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://inspector.localhost:8003", f"{SITE_A.origin}.evil.example", "http://site-a.localhost"],
)
def test_no_other_page_does(client, origin):
    headers = {"origin": origin} if origin is not None else {}
    response = client.get("/stream/session/", {"fingerprint": "0" * 16}, headers=headers)
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Vary"] == "Origin"


def test_of_a_session_that_goes_on_nothing_is_said(listen):
    exchange(sends={"site_a_session": "a1"}, after=row("a1"))
    change("changed", "a1", at=1)
    assert listen() == ": still here\n\n"


@pytest.mark.parametrize(
    ("by", "told"), [(BY_LOGOUT_TOKEN, "logout token"), ("/session/forget/", "somebody"), ("", "somebody")]
)
def test_the_end_is_said_with_its_time_and_with_who_it_was(listen, by, told):
    entry = deleted(by=by)
    assert said(listen()) == {"at": entry.at.isoformat(), "by": told}


def test_an_end_while_one_listens_is_said_too(client):
    response = client.get(
        "/stream/session/", {"fingerprint": masked("a1").fingerprint}, headers={"origin": SITE_A.origin}
    )
    events = iter(response.streaming_content)
    assert [next(events), next(events)] == [b"retry: 1000\n\n", b": still here\n\n"]
    exchange("site_b", sends={"site_b_session": "b1"})
    deleted(at=1)
    assert said(next(events).decode())["by"] == "somebody"
    assert list(events) == []


@pytest.mark.parametrize(
    "after",
    [None, row("a2", **KNOWN), row("a1", hours=-1)],
    ids=["signed out", "signed in as another", "expired by hand"],
)
def test_what_another_tab_did_with_the_same_key_is_said(listen, after):
    done = exchange(sends={"site_a_session": "a1"}, before=row("a1", _auth_user_id="2"), after=after)
    assert said(listen()) == {"at": done.at.isoformat(), "by": "own key"}


def test_a_row_that_nobody_finds_any_more_is_over(listen):
    exchange(sends={"site_a_session": "a1"})
    assert said(listen())["by"] == "own key"


@pytest.mark.parametrize("where", [{"key": "a2"}, {"server": "site_b"}])
def test_another_session_and_another_server_are_not_meant(listen, where):
    deleted(**where)
    assert listen() == ": still here\n\n"


def test_a_session_is_followed_to_its_new_key(listen):
    rotated = exchange(sends={"site_a_session": "a1"}, before=row("a1"), after=row("a2"))
    rewrite(rotated, set_key=masked("a2").fingerprint)
    deleted("a2", at=1)
    assert said(listen(at_once=3))["by"] == "somebody"


def test_a_server_s_page_hears_of_its_own_sessions_only(listen):
    deleted("a1")
    assert listen("a1", SITE_B) == ": still here\n\n"


@pytest.mark.parametrize("key", [None, "", "a1", "0" * 17, "ABCDEF0123456789"])
def test_what_is_no_fingerprint_is_refused(client, key):
    response = client.get(
        "/stream/session/", {"fingerprint": key} if key is not None else {}, headers={"origin": SITE_A.origin}
    )
    assert response.status_code == 400


def test_a_journal_that_cannot_be_read_ends_no_stream(listen, monkeypatch):
    def unreadable():
        raise OperationalError("no such table")

    monkeypatch.setattr("session_inspector.inspector.live.stream.newest_id", unreadable)
    assert listen() == ": still here\n\n"


def test_pages_of_servers_and_of_the_inspector_share_the_places(client, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.live.watch.MAX_LISTENERS", 1)
    first = client.get("/stream/")
    assert next(iter(first.streaming_content)) == b"retry: 1000\n\n"
    second = client.get("/stream/session/", {"fingerprint": "0" * 16}, headers={"origin": SITE_A.origin})
    assert (second.status_code, second.headers["Retry-After"]) == (503, "5")
    assert second.headers["Access-Control-Allow-Origin"] == SITE_A.origin
    first.close()


def test_a_look_asks_one_question_that_an_index_answers():
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    newest_id()  # opens the journal
    with database.opened.connection.execute_wrapper(note):
        what_became_of("site_a", "a1", 7)
    ((sql, params),) = asked
    with database.cursor() as cursor:
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    assert [step[3] for step in plan] == [
        "SEARCH journal_entry USING INDEX by_sent_key (server=? AND sent_key=? AND id>?)"
    ]
