"""What every page of the inspector answers, refuses, and says when there is nothing to say."""

import pytest
from django.db import OperationalError

from session_inspector.inspector.observed.queries import state_of_journal
from session_inspector.journal.database import close, execute
from session_inspector.journal.queries import empty
from session_inspector.journal.schema import UPGRADES
from tests.page import text_of
from tests.recorded import configure, rewrite
from tests.session_inspector.inspector.traffic import ALICE, exchange, row, told

PAGES = [
    "/",
    "/ladder/",
    "/visitors/",
    "/export/",
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


def test_a_recorder_that_is_off_is_said(client, settings):
    configure(settings, recording=False)
    assert "The recorder is off: nothing new is recorded." in text_of(client.get("/"))
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
        "session_inspector.inspector.middleware.newest_id",
        "session_inspector.inspector.seen.state_of_journal",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, unreadable)
            response = client.get("/")
        assert response.status_code == 503
        assert "The journal cannot be read or written now. disk I/O error" in text_of(response)


def test_a_page_says_which_state_of_the_journal_it_shows(client):
    exchange()
    state = state_of_journal()
    assert f'data-state="{state}"' in client.get("/").content.decode()
    exchange()
    assert state_of_journal() != state


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
    rewrite(exchange(at=1, journey="j1"), **odd)
    for path in (*PAGES, f"/exchange/{good.id}/", "/?visitor=v1", "/ladder/?visitor=v1", "/journal.har?visitor=v1"):
        assert client.get(path).status_code == 200, path


def test_entries_that_cannot_be_read_are_counted_and_said(client):
    exchange()
    rewrite(exchange(at=1), content={})
    rewrite(exchange(at=2), kind="thought")
    page = text_of(client.get("/ladder/?visitor=v1"))
    assert "2 entries of the journal cannot be shown: no recorder of this version wrote them." in page
    assert client.get("/journal.json").json()["unreadable"] == [2, 3]
    empty()
    rewrite(exchange(), content=[])
    assert "1 entry of the journal cannot be shown: no recorder" in text_of(client.get("/ladder/?visitor=v1"))
    empty()
    assert "cannot be shown" not in text_of(client.get("/ladder/?visitor=v1"))


def test_a_journal_of_a_newer_version_is_a_page_that_says_so(client):
    exchange()
    execute(f"PRAGMA user_version = {len(UPGRADES) + 1}")
    close()
    response = client.get("/")
    assert response.status_code == 503
    assert "A newer version of the session inspector has made this journal." in text_of(response)


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
