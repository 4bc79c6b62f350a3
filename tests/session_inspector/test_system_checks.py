import pytest
from django.core.checks import run_checks

from session_inspector.system_checks import PANEL, RECORDER

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


def found():
    return [message for message in run_checks() if message.id.startswith("session_inspector.")]


def test_the_settings_of_the_lab_pass():
    assert found() == []


@pytest.mark.parametrize("order", [[PANEL, RECORDER, SESSIONS], [RECORDER, SESSIONS], [SESSIONS], []])
def test_a_recorder_that_is_outermost_or_not_there_passes(settings, order):
    settings.MIDDLEWARE = order
    assert found() == []


@pytest.mark.parametrize("order", [[SESSIONS, PANEL, RECORDER], [PANEL, SESSIONS, RECORDER]])
def test_what_stands_outside_the_recorder_is_named(settings, order):
    settings.MIDDLEWARE = order
    (message,) = found()
    assert message.id == "session_inspector.W001"
    assert message.msg.startswith(SESSIONS)


@pytest.mark.parametrize("order", [[RECORDER, PANEL, SESSIONS], [PANEL, SESSIONS]])
def test_a_panel_without_an_entry_to_show_is_named(settings, order):
    settings.MIDDLEWARE = order
    assert [message.id for message in found()] == ["session_inspector.W002"]


def test_two_cookies_of_one_name_are_named(settings):
    settings.CSRF_COOKIE_NAME = settings.SESSION_COOKIE_NAME
    assert [message.id for message in found()] == ["session_inspector.W003"]
