"""What every page of the inspector answers, refuses, and says when there is nothing to say."""

from dataclasses import MISSING, fields

import pytest
from django.db import OperationalError

from session_inspector.inspector.observed.queries import state_of_journal
from session_inspector.journal.database import close, execute
from session_inspector.journal.schema import Exchange
from tests.page import expect_page_of_inspector, text_of
from tests.recorded import IN_EACH_ENGINE, configure, content_of, spoil
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, ODD, exchange, row, told
from tests.session_inspector.journal.each_engine import remove, set_version

pytestmark = IN_EACH_ENGINE

PAGES = [
    "/",
    "/ladder/",
    "/visitors/",
    "/devtools/",
    "/paste/",
    "/glossary/",
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
    expect_page_of_inspector(client.get(path))


def test_a_recorder_that_is_off_is_said(client, settings):
    exchange(tells=[told("site_a_session", "k1k1k1", "site_a")], after=row("k1k1k1", **KNOWN), user=ALICE)
    assert "The recorder is off" not in text_of(client.get("/"))
    configure(settings, recording=False)
    for path in ("/", "/ladder/", "/visitors/", "/devtools/", "/glossary/", "/export/"):
        page = client.get(path)
        assert "The recorder is off: all that you see here is from before." in text_of(page)
        assert "Who you are at" not in text_of(page)
        assert "data-state" not in page.content.decode()
    assert "GET /" in text_of(client.get("/ladder/?visitor=v1"))
    assert len(client.get("/journal.json").json()["entries"]) == 1


@pytest.mark.parametrize("path", ["/", "/visitors/"])
def test_what_is_so_now_nobody_says_while_nothing_is_recorded(client, settings, path):
    exchange(tells=[told("site_a_session", "k1k1k1", "site_a")], after=row("k1k1k1", **KNOWN), user=ALICE)
    configure(settings, recording=False)
    page = text_of(client.get(path))
    assert "The recorder is off: the present state is not known here." in page
    assert "alice" not in page


def test_a_method_that_a_page_does_not_take_is_said(client):
    assert client.post("/ladder/", headers={"origin": ORIGIN}).status_code == 405


@pytest.mark.parametrize("path", ["/exchange/77/", "/exchange/99999999999999999999/", "/exchange/x/", "/nothing/"])
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    assert client.get(path).status_code == 404


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
        "session_inspector.journal.participants.read_roll",
        "session_inspector.inspector.seen.state_of_journal",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, unreadable)
            response = client.get("/")
        assert response.status_code == 503
        text = text_of(response)
        assert "The journal cannot be read or written now." in text
        assert "disk I/O error" in text


def test_a_page_says_which_state_of_the_journal_it_shows(client):
    exchange()
    state = state_of_journal()
    assert f'data-state="{state}"' in client.get("/").content.decode()
    exchange()
    assert state_of_journal() != state


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_entry_of_another_form_takes_no_page_away(client, odd):
    good = exchange(journey="j1")
    spoil(exchange(at=1, journey="j1"), **odd)
    for path in (*PAGES, f"/exchange/{good.id}/", "/?visitor=v1", "/ladder/?visitor=v1", "/journal.har?visitor=v1"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("name", [one.name for one in fields(Exchange) if one.default is MISSING])
def test_an_entry_that_lacks_what_every_one_has_is_counted_and_listed(client, name):
    good, odd = exchange(), exchange(at=1)
    spoil(odd, content={key: value for key, value in content_of(odd).items() if key != name})
    for path in (*PAGES, f"/exchange/{good.id}/"):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/exchange/{odd.id}/").status_code == 404
    assert client.get("/journal.json").json()["unreadable"] == [odd.id]
    assert "1 entry of the journal cannot be shown" in text_of(client.get("/"))


@pytest.mark.parametrize("path", ["/", "/ladder/", "/visitors/", "/export/", "/exchange/1/"])
def test_each_page_says_how_many_entries_cannot_be_read(client, path):
    exchange()
    assert "cannot be shown" not in text_of(client.get(path))
    spoil(exchange(at=1), content={})
    said = "1 entry of the journal cannot be shown: no recorder of this version wrote it."
    assert said in text_of(client.get(path))
    spoil(exchange(at=2), kind="thought")
    said = "2 entries of the journal cannot be shown: no recorder of this version wrote them."
    assert said in text_of(client.get(path))


def test_where_no_entry_can_be_read_that_is_said_and_nothing_is_shown(client):
    spoil(exchange(), content=[])
    page = text_of(client.get("/ladder/?visitor=v1"))
    assert "1 entry of the journal cannot be shown" in page
    assert "Nothing is recorded of this visitor any more." in page


def test_a_journal_of_a_newer_version_is_a_page_that_says_so(client):
    exchange()
    set_version(beyond=1)
    close()
    response = client.get("/")
    assert response.status_code == 503
    assert "A newer version of the session inspector has made this journal." in text_of(response)


def test_a_journal_that_was_deleted_is_an_empty_one(client):
    exchange()
    remove()
    close()  # as a restart of the inspector does
    assert client.get("/journal.json").json() == {"entries": [], "unreadable": [], "next": None}
    exchange()
    assert len(client.get("/journal.json").json()["entries"]) == 1


def test_a_journal_whose_table_is_gone_while_one_looks_is_made_anew(client):
    exchange()
    execute("DROP TABLE journal_entry")
    assert client.get("/").status_code == 503
    assert client.get("/").status_code == 200
