"""The pages that only the lab's inspector has."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lab.inspector.pages import PAGES as REGISTERED
from tests.page import expect_page_of_inspector, text_of
from tests.recorded import spoil
from tests.session_inspector.inspector.traffic import ODD, exchange, row, told

PAGES = ["/scenarios/", "/first-steps/", "/start-over/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("recorded", [False, True])
def test_every_page_answers_with_and_without_a_journal_and_sets_no_cookie(client, path, recorded):
    if recorded:
        exchange(tells=[told("site_a_session", "k1k1k1", "site_a")], after=row("k1k1k1"))
    expect_page_of_inspector(client.get(path))


def test_times_are_utc_as_every_page_says(client):
    at = exchange().at
    page = text_of(client.get("/ladder/"))
    assert "Times are UTC." in page
    assert f"{at:%H:%M:%S}" in page
    assert (at.utcoffset(), timezone.get_current_timezone_name()) == (timedelta(0), "UTC")


def test_each_registered_page_has_its_tab_and_answers_there(client):
    page = text_of(client.get("/"))
    first, rare = (" ".join(one.title for one in REGISTERED if one.is_rare is is_rare) for is_rare in (False, True))
    assert f"{first} More {rare} Present" in page
    for one in REGISTERED:
        assert client.get(f"/{one.path}").resolver_match.url_name == one.name


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_entry_of_another_form_takes_no_page_away(client, odd):
    exchange(journey="j1")
    spoil(exchange(at=1, journey="j1"), **odd)
    for path in (
        *PAGES,
        "/first-steps/?visitor=v1",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("path", ["/", "/first-steps/"])
def test_entries_that_cannot_be_read_are_counted_and_said(client, path):
    exchange()
    spoil(exchange(at=1), content={})
    assert "1 entry of the journal cannot be shown" in text_of(client.get(path))
