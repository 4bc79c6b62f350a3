"""Which of the visitors one is, what they are called, and what made each of them one."""

import pytest
from django.db import DatabaseError
from django.test.utils import CaptureQueriesContext

from lab.servers import SITE_A
from session_inspector.configuration import configuration
from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.visitors.views import MAX_OWN_NAME
from session_inspector.journal import visitor_names
from session_inspector.journal.attribution import merge_visitors
from session_inspector.journal.database import execute, opened
from session_inspector.journal.joins import Why, join, separate
from session_inspector.journal.queries import empty
from session_inspector.journal.visitor_names import name_visitor, names_of
from tests.page import text_of
from tests.recorded import IN_EACH_ENGINE, recorded
from tests.session_inspector.inspector.traffic import ALICE, NOW, exchange, forgotten, row, told

pytestmark = IN_EACH_ENGINE

ABOUT_ONE = ["/", "/ladder/", "/first-steps/"]


def with_cookie(visitor, server="site_a", at=0.0, **content):
    jar, tells = f"{visitor}{server}", [told(f"{server}_session", visitor, server)]
    return exchange(server, visitor=visitor, at=at, jar=jar, tells=tells, after=row(visitor), **content)


@pytest.fixture
def two():
    with_cookie("alice", user=ALICE)
    with_cookie("other", at=30, path="/shelf/")


@pytest.fixture
def post(client):
    return lambda path, **form: client.post(path, form, headers={"origin": configuration().inspector})


@pytest.mark.parametrize("path", ABOUT_ONE)
@pytest.mark.usefixtures("two")
def test_where_two_may_be_meant_every_page_asks_before_it_says_anything(client, path, asks):
    page = text_of(client.get(path, headers=asks().headers))
    assert "Which of these are you?" in page
    assert "alice, since 12:00:00" in page
    assert "Newest click: GET /shelf/ at site A, 12:00:30" in page
    assert "Who you are at" not in page


@pytest.mark.usefixtures("two")
def test_who_has_answered_is_not_asked_again(asks):
    assert seen_by(asks(stay="alice")).visitor.name == "alice"
    assert seen_by(asks(visitor="other")).visitor.name == "other"


def test_of_two_long_ago_nobody_is_asked(asks):
    with_cookie("alice", at=-3600)
    with_cookie("other", at=30)
    assert (seen_by(asks()).candidates, seen_by(asks()).visitor.name) == ([], "other")


def test_who_was_told_to_forget_every_cookie_cannot_be_meant(asks):
    with_cookie("alice")
    exchange(visitor="alice", at=5, tells=[forgotten("site_a_session", "site_a")])
    with_cookie("other", at=30)
    assert (seen_by(asks()).candidates, seen_by(asks()).visitor.name) == ([], "other")


@pytest.mark.usefixtures("two")
def test_another_user_agent_is_another_browser(asks):
    assert not seen_by(asks("Firefox/153.0")).candidates


def test_a_tab_does_not_stay_with_one_that_has_lost_every_cookie_and_came_again(asks):
    with_cookie("alice")
    exchange("site_a", visitor="alice", at=10, jar="alicesite_a", tells=[forgotten("site_a_session", "site_a")])
    assert seen_by(asks(stay="alice")).visitor.name == "alice"  # there is nobody else to be
    with_cookie("other", at=30)
    assert seen_by(asks(stay="alice")).visitor.name == "other"


@pytest.mark.usefixtures("two")
def test_a_visitor_may_have_a_name_of_ones_own_which_stays_when_the_journal_is_emptied(client, post):
    assert post("/visitors/name/", visitor="alice", name=" the  left <b>window</b> ").status_code == 302
    page = client.get("/visitors/")
    assert "the left &lt;b&gt;window&lt;/b&gt;</b>, Chrome or Chromium, alice" in page.content.decode()
    empty()
    with_cookie("alice", at=40)
    assert "the left" in text_of(client.get("/visitors/"))
    post("/visitors/name/", visitor="alice", name="")
    assert "the left" not in text_of(client.get("/visitors/"))


UNFIT = [
    ({"name": "x"}, "Nothing is recorded of that visitor."),
    ({"visitor": ["gone", "away"], "name": "x"}, "Nothing is recorded of that visitor."),
    ({"visitor": "gone", "name": "x"}, "Nothing is recorded of that visitor."),
    ({"visitor": "alice", "name": "x" * (MAX_OWN_NAME + 1)}, f"A name has at most {MAX_OWN_NAME} characters"),
    ({"visitor": "alice", "name": "a\x07b"}, f"A name has at most {MAX_OWN_NAME} characters"),
]


@pytest.mark.parametrize(("form", "reason"), UNFIT)
@pytest.mark.usefixtures("two")
def test_a_name_that_cannot_be_given_is_refused_with_a_reason(post, form, reason):
    answer = post("/visitors/name/", **form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert reason in text_of(answer)


def test_who_says_that_two_are_one_sees_one_and_what_made_it_so(client, post, asks):
    with_cookie("alice", user=ALICE)
    with_cookie("other", "site_b", at=30)
    answer = post("/visitors/same/", visitor=["alice", "other"])
    assert answer.headers["Location"] == "/?visitor=alice"
    assert (seen_by(asks()).candidates, seen_by(asks()).visitor.name) == ([], "alice")
    assert seen_by(asks(visitor="other")).visitor.name == "alice"  # an address from before
    assert "site A and site B: somebody said so here" in text_of(client.get("/visitors/"))


@pytest.mark.parametrize("names", [[], ["alice"], ["alice", "gone"], ["alice", "alice"]])
@pytest.mark.usefixtures("two")
def test_two_that_are_not_both_there_cannot_be_one(post, names):
    response = post("/visitors/same/", visitor=names)
    assert response.status_code == 400
    assert "Only two recorded visitors can be joined." in text_of(response)
    assert {one.visitor for one in recorded()} == {"alice", "other"}


def test_another_name_replaces_the_first_or_that_one_stays(monkeypatch):
    name_visitor("alice", "left")
    name_visitor("alice", "right")
    assert names_of(["alice"]) == {"alice": "right"}

    def fails(sql, *values):
        if sql.startswith("INSERT"):
            raise DatabaseError("disk full")
        return execute(sql, *values)

    monkeypatch.setattr(visitor_names, "execute", fails)
    with pytest.raises(DatabaseError):
        name_visitor("alice", "third")
    assert names_of(["alice"]) == {"alice": "right"}


@pytest.mark.parametrize("path", ["/visitors/same/", "/visitors/name/"])
@pytest.mark.usefixtures("two")
def test_what_another_page_asks_for_is_refused(client, path):
    answer = client.post(path, {"visitor": ["alice", "other"], "name": "x"}, headers={"origin": "http://x"})
    assert answer.status_code == 403


@pytest.mark.usefixtures("two")
def test_of_two_in_one_form_the_first_is_named(post, client):
    assert post("/visitors/name/", visitor=["alice", "other"], name="window").status_code == 302
    assert client.get("/visitors/").content.decode().count("<b>window</b>") > 0


@pytest.mark.usefixtures("two")
def test_two_links_are_seen_and_what_they_join_says_so(post, client):
    post("/visitors/same/", visitor=["alice", "other"], why="link")
    assert "links on pages of both opened the inspector in the same browser, 12:01:00 seen" in text_of(
        client.get("/visitors/")
    )


def test_what_proved_wrong_is_said_to_be_taken_back(client):
    first, second = with_cookie("alice"), with_cookie("other", at=10)
    assert merge_visitors("alice", "other", Why.SAID, NOW) == "alice"
    assert separate(first.jar, second.jar, "alice", "another") == "alice"
    assert "Undone: what this had joined came to one server in turns, as two browsers do a guess" in text_of(
        client.get("/visitors/")
    )


def test_a_link_on_a_page_of_a_server_says_whose_page_it_was(client):
    jar = with_cookie("alice").jar
    led = client.get("/", {"jar": jar}, headers={"referer": f"{SITE_A.origin}/"})
    assert "this browser, since a link on its page led here seen" in text_of(led)
    assert "data-led" in led.content.decode()
    again = client.get("/", {"jar": jar}, headers={"referer": "http://inspector/", "x-led-here": "yes"})
    assert "since a link on its page led here seen" in text_of(again)
    other = client.get("/", {"jar": jar}, headers={"referer": "http://elsewhere.example/"})
    assert "data-led" not in other.content.decode()


def test_a_link_leads_to_its_own_browser_whoever_that_was_taken_for(client):
    alice, bob = with_cookie("alice", user=ALICE), with_cookie("bob", "site_b", at=5)
    merge_visitors("alice", "bob", Why.SAID, NOW)
    separate(alice.jar, bob.jar, "alice", "another")
    page = client.get("/", {"jar": bob.jar}).content.decode()
    assert 'data-visitor="another"' in page


def test_a_jar_of_which_nothing_is_recorded_is_nobody_s(client):
    with_cookie("alice")
    assert "Nothing is recorded of this visitor any more." in text_of(client.get("/", {"jar": "gone"}))


def visits_both_sites(visitor):
    first, second = (with_cookie(visitor, server, user=ALICE, journey=f"j{visitor}") for server in ("site_a", "site_b"))
    join(first.jar, second.jar, Why.SIGN_IN, second.id, NOW)


@pytest.mark.parametrize("query", [{}, {"visitor": "v0"}])
@pytest.mark.parametrize("path", [*ABOUT_ONE, "/visitors/"])
def test_eight_visitors_are_shown_with_as_many_statements_as_two(client, asks, path, query):
    def statements():
        with CaptureQueriesContext(opened.connection) as captured:
            client.get(path, query, headers=asks().headers)
        return len(captured)

    for n in range(2):
        visits_both_sites(f"v{n}")
    with_two = statements()
    for n in range(2, 8):
        visits_both_sites(f"v{n}")
    assert statements() == with_two
