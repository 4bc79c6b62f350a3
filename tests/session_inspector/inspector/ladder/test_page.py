"""Which part of the ladder a page shows, and what it asks for when something is new."""

import re

import pytest

from session_inspector.journal.participants import announce
from session_inspector.participant import Participant
from tests.page import text_of
from tests.session_inspector.inspector.traffic import begin_sign_in, call, come_back, exchange


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5", "0x10", "²", ""])
def test_a_ladder_that_ends_nowhere_ends_at_the_newest(client, before):
    exchange(path="/shelf/")
    assert "GET /shelf/" in text_of(client.get("/ladder/", {"before": before, "visitor": "v1"}))


def has(page):
    """Up to which state of the journal a page has everything."""
    return re.search('data-has="([^"]+)"', page.content.decode())[1]


def test_news_of_one_click_are_a_small_part_of_the_page(client):
    for n in range(5):
        begin_sign_in("site_b", at=n * 60)
        come_back("site_b", at=n * 60 + 1)
        call("site_b", at=n * 60 + 1.105)
        for other in range(6):
            exchange(path=f"/{n}/{other}/", at=n * 60 + 10 + other)
    page = client.get("/ladder/?visitor=v1")
    exchange(path="/new/", at=400)
    news = client.get("/ladder/", {"visitor": "v1", "after": has(page)})
    assert text_of(news).count("GET /new/") == 3  # the line, the arrow, the link that opens it
    assert "/oidc/callback/" not in text_of(news)
    assert len(news.content) < len(page.content) / 5


def test_news_have_the_places_of_all_clicks_in_their_order(client):
    made = [exchange(path=f"/{n}/", at=n).id for n in range(5)]
    page = client.get("/ladder/?visitor=v1")
    made.append(exchange(path="/new/", at=6).id)
    news = client.get("/ladder/", {"visitor": "v1", "after": has(page)}).content.decode()
    assert [int(place) for place in re.findall('(?:id="s|data-known=")([0-9]+)"', news)] == made
    assert news.count("data-known") == 5


def test_however_many_equal_clicks_the_page_has_their_place_is_one(client):
    made = [exchange(at=n).id for n in range(12)]
    page = client.get("/ladder/?visitor=v1")
    exchange(path="/new/", at=60)
    news = client.get("/ladder/", {"visitor": "v1", "after": has(page)}).content.decode()
    places = [place.split() for place in re.findall('data-known="([^"]+)"', news)]
    assert places == [[str(made[-2])], [str(one) for one in made[:-2]], [str(made[-1])]]


def test_news_are_no_page(client):
    exchange()
    page = client.get("/ladder/?visitor=v1")
    news = client.get("/ladder/", {"visitor": "v1", "after": has(page)}).content.decode()
    assert "<main" not in news
    assert "data-state" in news
    assert "legend" not in news  # the page has it, and what stays as it is
    assert 'id="now" data-live' in news  # who one is stands in the head of the page


def test_an_empty_ladder_has_news_too(client):
    page = client.get("/ladder/")
    exchange()
    assert "GET /" in text_of(client.get("/ladder/", {"visitor": "v1", "after": has(page)}))


@pytest.mark.parametrize("more", [0, 2, 3, 5])
def test_each_server_has_a_lane_and_more_than_five_scroll(client, more):
    for number in range(more):
        announce(Participant(f"more{number}", f"http://more{number}.localhost", f"more {number}"))
    entry = exchange()
    for path in ("/ladder/?visitor=v1", f"/ladder/{entry.id}/1/"):
        page = client.get(path).content.decode()
        assert f"lanes-{3 + more}" in page
        assert all(f"More {number}</li>" in page for number in range(more))
        assert bool(re.search('class="(stage )?wide"', page)) == (more > 2)
