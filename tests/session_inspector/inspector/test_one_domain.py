"""Two projects on two hosts that set their cookies with one name and one Domain: a browser has one cookie of both."""

import pytest

from session_inspector.inspector.ladder.labels import no_cookie_in_words
from session_inspector.inspector.observed.contradictions import contradictions
from session_inspector.inspector.observed.rungs import rungs_of
from session_inspector.journal.participants import announce
from session_inspector.journal.schema import Cookie, SetCookie
from session_inspector.participant import Participant
from tests.page import text_of
from tests.recorded import configure
from tests.session_inspector.inspector.traffic import ALICE, exchange, masked, row

DOMAIN = {"path": "/", "domain": "lab.localhost"}


@pytest.fixture
def journal_of_this_test(journal, settings):
    """Without the servers of the lab."""
    configure(settings, recording=True)


@pytest.fixture(autouse=True)
def both(journal):
    both = [
        Participant(
            name,
            f"http://{name}.lab.localhost:{8000 + number}",
            f"the {name}",
            session_cookie="sessionid",
            csrf_cookie=f"{name}_csrf",
            attributes=DOMAIN,
        )
        for number, name in enumerate(("shop", "blog"))
    ]
    for one in both:
        announce(one)
    return both


def sent(value):
    return Cookie("sessionid", masked(value), "session")


def told(value, **attributes):
    return SetCookie("sessionid", masked(value), "session", DOMAIN | attributes)


def lose_the_cookie():
    """Signed in at the blog; the shop finds no row for its key, and so deletes the cookie of both."""
    exchange("blog", tells=[told("k1")], after=row("k1", _auth_user_id="1"), user=ALICE)
    exchange("shop", "/shelf/", at=1, cookies=(sent("k1"),), tells=[told("", **{"max-age": "0"})])


def test_who_deleted_it_is_said_first_with_what_it_had_found(client):
    lose_the_cookie()
    page = text_of(client.get("/?visitor=v1"))
    said = "The shop deleted the session cookie of the blog, with GET /shelf/ at 12:00:01. "
    assert f"{said}It had found no row for that key." in page
    assert "Another server took its cookie away, so no row will be found." in page


def test_no_page_says_that_host_names_keep_cookies_apart(client):
    lose_the_cookie()
    pages = "".join(text_of(client.get(path, {"visitor": "v1"})) for path in ("/", "/ladder/", "/visitors/"))
    assert "Different host names separate" not in pages
    assert "another host" not in pages
    assert "have one Domain, lab.localhost, and one name for their session cookies, sessionid" in pages


def test_the_ladder_says_who_has_set_the_key_that_found_nothing(client):
    lose_the_cookie()
    page = text_of(client.get("/ladder/", {"visitor": "v1"}))
    assert "The shop found no row for the key that came, which the blog has set, so it did not know you" in page
    assert "the key that came finds no row: the blog has set it" in page


def test_a_request_without_a_cookie_is_not_explained_by_another_host():
    first = exchange("blog", tells=[told("k1")], after=row("k1"))
    second = exchange("shop", at=1)
    *_, rung = rungs_of([first, second])
    assert no_cookie_in_words(rung) == "no cookie"


def test_the_cookie_of_a_host_alone_stays_where_a_neighbour_sets_one_for_all(client, both):
    exchange("blog", tells=[SetCookie("sessionid", masked("k1"), "session", {"path": "/"})], after=row("k1"))
    exchange("shop", at=1, tells=[told("k2")], after=row("k2"))
    assert "replaced" not in text_of(client.get("/?visitor=v1"))


def test_a_domain_that_browsers_refuse_is_shared_by_nobody(both):
    refused = [Participant(**{**vars(one), "attributes": DOMAIN | {"domain": "localhost"}}) for one in both]
    assert contradictions(refused) == []
    assert contradictions(both) != []
