"""Two projects on one host, with the cookie names that Django gives: what many have on their own machine."""

import pytest

from session_inspector.inspector.ladder.labels import no_cookie_in_words
from session_inspector.inspector.observed.rungs import rungs_of
from session_inspector.journal.participants import announce
from session_inspector.journal.schema import Cookie, SetCookie
from session_inspector.participant import Participant
from tests.page import text_of
from tests.recorded import configure
from tests.session_inspector.inspector.traffic import ALICE, PASSWORD, exchange, masked, row

ATTRIBUTES = {"path": "/", "httponly": "True", "samesite": "Lax", "max-age": "1209600"}


@pytest.fixture(autouse=True)
def on_one_host(journal):
    for number, name in enumerate(("shop", "blog")):
        origin = f"http://localhost:{8000 + number}"
        announce(Participant(name, origin, f"the {name}", session_cookie="sessionid", csrf_cookie="csrftoken"))


def sent(value):
    return Cookie("sessionid", masked(value), "session")


def told(value):
    return SetCookie("sessionid", masked(value), "session", ATTRIBUTES)


@pytest.fixture
def journal_of_this_test(journal, settings):
    """Without the servers of the lab."""
    configure(settings, recording=True)


def a_session_at_the_shop():
    return exchange("shop", tells=[told("k1")], after=row("k1"))


def test_the_key_of_one_that_went_to_the_other_is_said_first(client):
    a_session_at_the_shop()
    exchange("blog", at=1, cookies=(sent("k1"),))
    page = text_of(client.get("/?visitor=v1"))
    assert "A session cookie of the shop went to the blog too." in page
    assert "Some cookies may go to several servers here: by one host, or by a Domain." in page


def test_who_deleted_the_cookie_of_the_other_is_said_with_the_request(client):
    a_session_at_the_shop()
    forgotten = SetCookie("sessionid", masked(""), "session", {"max-age": "0", "path": "/"})
    exchange("blog", "/admin/", at=61, cookies=(sent("k1"),), tells=[forgotten])
    page = text_of(client.get("/?visitor=v1"))
    assert "The blog deleted the session cookie of the shop, with GET /admin/ at 12:01:01." in page
    assert "Another server took its cookie away, so no row will be found." in page
    assert "Here you are not signed in" in page


def test_an_address_in_that_sentence_turns_no_line_round(client):
    a_session_at_the_shop()
    exchange("blog", "/\u202etxt/", at=61, cookies=(sent("k1"),), tells=[told("k2")])
    assert r"with GET /\u202etxt/ at 12:01:01." in text_of(client.get("/?visitor=v1"))


def test_the_cookie_of_the_one_is_replaced_by_that_of_the_other(client):
    known = row("k1", _auth_user_id="1")
    exchange("shop", tells=[told("k1")], after=known, user=ALICE)
    assert "The shop says you are alice" in text_of(client.get("/?visitor=v1"))
    exchange("blog", "/login/", at=1, tells=[told("k2")], after=row("k2"))
    page = text_of(client.get("/?visitor=v1"))
    assert "The blog replaced the session cookie of the shop, with GET /login/ at 12:00:01." in page
    assert "says you are alice" not in page
    assert "replaced by another server 12:00:01" in page


def test_the_key_that_found_nothing_is_said_to_be_the_neighbour_s(client):
    a_session_at_the_shop()
    forgotten = SetCookie("sessionid", masked(""), "session", {"max-age": "0", "path": "/"})
    exchange("blog", at=1, cookies=(sent("k1"),), tells=[forgotten])
    page = text_of(client.get("/?visitor=v1"))
    assert "with GET / at 12:00:01. It had found no row for that key." in page


def test_since_which_request_both_set_one_cookie_is_said(client):
    a_session_at_the_shop()
    exchange("blog", "/login/", at=1, tells=[told("k2")], after=row("k2"))
    exchange("shop", at=2, cookies=(sent("k2"),), tells=[told("k3")], after=row("k3"))
    page = text_of(client.get("/?visitor=v1"))
    since = "Both have set this cookie since GET /login/ at 12:00:01."
    assert f"The shop replaced the session cookie of the blog, with GET / at 12:00:02. {since}" in page.replace(
        " It had found no row for that key.", ""
    )


def test_who_set_it_second_is_told_once(client):
    a_session_at_the_shop()
    exchange("blog", "/login/", at=1, tells=[told("k2")], after=row("k2"))
    assert "Both have set this cookie" not in text_of(client.get("/?visitor=v1"))


def test_of_another_key_that_is_not_said(client):
    a_session_at_the_shop()
    forgotten = SetCookie("sessionid", masked(""), "session", {"max-age": "0", "path": "/"})
    exchange("blog", at=1, cookies=(sent("k9"),), tells=[forgotten])
    assert "It had found no" not in text_of(client.get("/?visitor=v1"))


@pytest.mark.parametrize("attributes", [{"path": "/blog/"}, {"path": "/", "domain": "elsewhere.test"}])
def test_a_cookie_at_another_place_replaces_none(client, attributes):
    exchange("shop", tells=[told("k1")], after=row("k1", _auth_user_id="1"), user=ALICE)
    exchange("blog", at=1, tells=[SetCookie("sessionid", masked("k2"), "session", attributes)])
    assert "The shop says you are alice" in text_of(client.get("/?visitor=v1"))


def test_a_domain_that_is_the_host_of_one_part_is_the_same_place(client):
    exchange("shop", tells=[told("k1")], after=row("k1", _auth_user_id="1"), user=ALICE)
    exchange(
        "blog", at=1, tells=[SetCookie("sessionid", masked("k2"), "session", ATTRIBUTES | {"domain": "localhost"})]
    )
    assert "The blog replaced the session cookie of the shop" in text_of(client.get("/?visitor=v1"))


def test_who_shares_the_sessions_too_takes_no_cookie_away(client):
    """A key that the shop set has found its row at the blog: so does the next one."""
    known = {"_auth_user_id": "1"}
    exchange("shop", tells=[told("k1")], after=row("k1", **known), user=ALICE)
    exchange("blog", at=1, cookies=(sent("k1"),), before=row("k1", **known), after=row("k1", **known), user=ALICE)
    exchange("shop", at=2, tells=[told("k2")], after=row("k2", **known), user=ALICE)
    page = text_of(client.get("/?visitor=v1"))
    assert "Both say you are alice." in page
    assert "took its cookie away" not in page


def test_no_host_is_said_to_keep_a_cookie_away(client):
    a_session_at_the_shop()
    exchange("blog", at=1)
    assert "another host" not in text_of(client.get("/?visitor=v1"))


def test_a_request_without_a_cookie_is_not_explained_by_another_host():
    first = a_session_at_the_shop()
    second = exchange("blog", at=1)
    *_, rung = rungs_of([first, second])
    assert no_cookie_in_words(rung) == "no cookie"


def test_who_signs_people_in_itself_is_not_said_to_be_spared_the_password(client):
    known = row("k1", _auth_user_id="1")
    exchange("shop", "/admin/login/", method="POST", form=PASSWORD, tells=[told("k1")], after=known)
    assert "Password sent to the shop, which then began a new session" in text_of(client.get("/ladder/?visitor=v1"))


@pytest.mark.parametrize("number", [1, 3, 8])
def test_as_many_projects_as_there_are_stand_side_by_side(client, journal, number):
    for place in range(number):
        name = f"project{place}"
        announce(Participant(name, f"http://localhost:{9000 + place}", title=name, session_cookie=f"of_{name}"))
        exchange(name, at=place, cookies=(Cookie(f"of_{name}", masked(name), "session"),), before=row(name))
    for path in ("/", "/ladder/", "/visitors/"):
        page = client.get(path, {"visitor": "v1"}).content.decode()
        assert all(f"project{place}" in page.lower() for place in range(number))
    side_by_side = client.get("/?visitor=v1").content.decode()
    assert side_by_side.count('class="column of-') == number + 2


PAGES = ["/", "/ladder/", "/visitors/", "/export/", "/journal.har", "/first-steps/", "/scenarios/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_does_without_a_provider(client, path):
    a_session_at_the_shop()
    exchange("blog", "/accounts/login/", 1, method="POST", cookies=(sent("k1"),), form=[["password", "x"]])
    assert client.get(path, {"visitor": "v1"}).status_code == 200
