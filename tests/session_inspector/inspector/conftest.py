import pytest
from django.test import RequestFactory

from session_inspector.inspector.observed.visitor import Visitor
from tests.recorded import configure
from tests.session_inspector.inspector.traffic import (
    AGENT,
    NOW,
    ask_for_password,
    begin_sign_in,
    come_back,
    give_password,
    take_part,
)


@pytest.fixture(autouse=True)
def journal_of_this_test(journal, settings):
    """Each of these tests makes its own traffic, at the servers of the lab."""
    configure(settings, recording=True)
    take_part()


@pytest.fixture
def visitor():
    return Visitor("v1", AGENT, is_here=True)


@pytest.fixture(autouse=True)
def inspector_s_clock(monkeypatch):
    """The traffic of these tests is of one day: so are the pages that show it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def asks():
    """A request of somebody who looks, with that User-Agent."""

    def ask(agent=AGENT, stay="", **query):
        return RequestFactory().get("/", query, headers={"user-agent": agent, "x-stay-with": stay})

    return ask


@pytest.fixture
def signed_in():
    """alice has signed in at site A."""
    begin_sign_in()
    ask_for_password()
    give_password()
    come_back()
