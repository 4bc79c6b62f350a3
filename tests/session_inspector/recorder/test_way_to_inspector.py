"""The address of a project that leads to the inspector."""

import pytest

from session_inspector.journal.jars import visitor_of
from session_inspector.recorder.way_to_inspector import PATH
from tests.recorded import configure, number_of_entries, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]
INSPECTOR = "http://localhost:8790"


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True
    configure(settings, inspector=INSPECTOR)


def test_it_leads_to_the_visitor_whose_browser_asks_and_is_not_recorded(client, new_client):
    for browser in (new_client(), client):
        browser.get("/begin/value/")
    mine = recorded()[-1]
    answer = client.get(PATH)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{INSPECTOR}/?jar={mine.jar}"
    assert visitor_of(mine.jar) == mine.visitor
    assert number_of_entries() == 2
    assert not answer.cookies


def test_a_browser_that_nobody_knows_is_led_to_the_first_page(client):
    assert client.get(PATH).headers["Location"] == f"{INSPECTOR}/"


@pytest.mark.parametrize(("debug", "recording"), [(False, True), (True, False)])
def test_without_debug_or_recorder_there_is_no_such_address(client, settings, debug, recording):
    settings.DEBUG = debug
    configure(settings, recording=recording)
    assert client.get(PATH).status_code == 404
