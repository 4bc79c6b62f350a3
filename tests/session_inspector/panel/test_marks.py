"""The marks in the panel that open what a sentence rests on."""

import re

import pytest

from tests.recorded import configure, recorded
from tests.session_inspector.inspector.traffic import take_part

pytestmark = pytest.mark.django_db

MARK = re.compile(r'<a class="grade (\w+)" href="([^"]+)">(\w+)<span class="hidden"> ([^<]+)</span></a>')


def marks_of(response):
    return set(MARK.findall(response.content.decode()))


def test_each_part_of_the_panel_opens_the_entries_that_it_rests_on(client, settings):
    configure(settings, inspector="http://inspector.example:8003")
    take_part()
    first = client.get("/begin/value/")
    second = client.get("/begin/nothing/")
    began, page = (entry.id for entry in recorded())
    at = "http://inspector.example:8003/entries"
    assert ("seen", f"{at}/{began}/", "seen", "in one entry") in marks_of(first)
    assert marks_of(second) == {
        ("seen", f"{at}/{began}/", "seen", "in one entry"),  # when the session began
        ("seen", f"{at}/{page}/", "seen", "in one entry"),
        ("follows", f"{at}/{page}/?rule=cookies", "follows", "from one entry"),  # how long the browser keeps the cookie
        ("follows", f"{at}/{page}/?rule=host", "follows", "from one entry"),  # where the cookies of others go
    }


def test_a_cookie_that_came_no_more_rests_on_both_pages(client):
    client.get("/values/")
    client.get("/begin/value/")
    del client.cookies["site_a_session"]
    marks = marks_of(client.get("/begin/nothing/"))
    *_, had, came = (entry.id for entry in recorded())
    assert any(f"/entries/{had},{came}/" in address and "rule" not in address for _, address, *_ in marks)
    assert any(f"/entries/{had},{came}/?rule=cookies" in address for _, address, *_ in marks)


def test_what_is_not_recorded_opens_nothing(client, settings):
    configure(settings, recording=False)
    assert not marks_of(client.get("/begin/value/"))
