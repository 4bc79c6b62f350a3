"""What to click in the first ten minutes, ticked off as it is seen."""

import pytest

from lab.inspector.first_steps.steps import STEPS, progress_of
from session_inspector.inspector.observed.server_state import columns_of
from tests.page import text_of
from tests.session_inspector.inspector.traffic import (
    NOW,
    begin_sign_in,
    come_back,
    exchange,
    give_password,
    row,
    told,
)


@pytest.fixture
def next_step(visitor):
    """The title of the first step that was not seen yet; None once all were."""

    def next_now():
        step = progress_of(columns_of(visitor, NOW)).next
        return step and step.title

    return next_now


def test_with_nothing_recorded_the_front_page_is_the_first_ten_minutes(client):
    page = text_of(client.get("/"))
    assert "Nothing is recorded of this browser yet. Ten minutes, and you have seen it all." in page
    assert all(step.title in page for step in STEPS)


def test_each_step_opens_in_a_tab_of_its_own(client):
    page = client.get("/first-steps/").content.decode()
    for step in STEPS:
        assert f'href="{step.server.origin}{step.path}" target="_blank"' in page


def test_each_step_is_ticked_off_once_it_was_done(next_step):
    a1 = row("a1", visits=1)
    assert next_step() == "HTTP has no memory"
    exchange()
    assert next_step() == "HTTP has no memory"
    exchange(at=1)
    assert next_step() == "A cookie carries a key"
    exchange(path="/begin/", at=2, tells=[told("site_a_session", "a1", "site_a")], after=a1)
    assert next_step() == "The key finds a row"
    exchange(path="/session/", at=3, sends={"site_a_session": "a1"}, before=a1, after=a1)
    assert next_step() == "Values live in the row"
    exchange(at=4, sends={"site_a_session": "a1"}, before=a1, after=row("a1", visits=1, language="fr"))
    assert next_step() == "Who you are is one of them"
    give_password(at=5)
    begin_sign_in(at=6)
    come_back(at=7)
    assert next_step() == "Three servers, three sessions"
    begin_sign_in("site_b", at=8)
    come_back("site_b", at=9)
    assert next_step() is None


def test_the_page_names_the_next_step_and_says_which_were_seen(client):
    exchange()
    exchange(at=1)
    page = text_of(client.get("/first-steps/?visitor=v1"))
    assert "The first ten minutes. Next: A cookie carries a key." in page
    assert page.count("✓ seen") == 1
    assert "Next of the first steps: A cookie carries a key." in text_of(client.get("/?visitor=v1"))
