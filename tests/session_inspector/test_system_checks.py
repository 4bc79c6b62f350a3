import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from session_inspector.journal.database import redactor
from session_inspector.system_checks import PANEL, RECORDER, TOOLBAR, check_settings
from tests.recorded import configure

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


def found():
    messages = [message for message in run_checks() if not message.is_silenced()]
    return [message for message in messages if message.id.startswith("session_inspector.")]


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


def test_a_journal_that_is_no_file_needs_a_file_for_its_key(settings, tmp_path):
    configure(settings, journal="postgresql://role@host/name", fingerprint_key="")
    (message,) = found()
    assert message.id == "session_inspector.E001"
    assert message.msg.startswith('SESSION_INSPECTOR["FINGERPRINT_KEY"] must name a file')
    with pytest.raises(ImproperlyConfigured, match="FINGERPRINT_KEY"):
        redactor()
    configure(settings, fingerprint_key=tmp_path / "key")
    assert found() == []
    assert redactor().key == (tmp_path / "key").read_bytes()


def test_a_place_where_no_journal_can_lie_is_named(settings):
    configure(settings, journal="mysql://host/name")
    assert [message.msg for message in found()] == ["The journal can lie in a file or in PostgreSQL, not at mysql://."]


def test_a_journal_in_postgresql_without_its_library_says_what_to_install(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "session_inspector.journal.postgresql", None)
    configure(settings, journal="postgresql://role@host/name")
    (message,) = found()
    assert "pip install" in message.msg


@pytest.mark.parametrize(("debug", "recording", "number"), [(False, True, 1), (True, True, 0), (False, False, 0)])
def test_a_recorder_without_debug_is_named(settings, debug, recording, number):
    settings.SILENCED_SYSTEM_CHECKS, settings.DEBUG = [], debug
    configure(settings, recording=recording)
    assert [message.id for message in found()] == ["session_inspector.W004"] * number


@pytest.mark.parametrize(
    ("order", "name", "number"),
    [
        ([RECORDER, SESSIONS, TOOLBAR], "sessionid", 1),
        ([RECORDER, TOOLBAR, SESSIONS], "sessionid", 0),
        ([RECORDER, SESSIONS, TOOLBAR], "site_a_session", 0),
        ([RECORDER, SESSIONS], "sessionid", 0),
    ],
)
def test_a_toolbar_that_deletes_the_cookie_of_another_project_is_named(settings, order, name, number):
    settings.MIDDLEWARE, settings.SESSION_COOKIE_NAME = order, name
    named = [message.id for message in check_settings()]  # the others import the toolbar, which is not installed here
    assert named.count("session_inspector.W005") == number


@pytest.mark.parametrize(
    ("origin", "changed", "why"),
    [
        ("", {"SESSION_COOKIE_SAMESITE": "None"}, "SameSite=None without Secure."),
        ("", {"SESSION_COOKIE_NAME": "__Host-id"}, "A name that begins so needs Secure."),
        ("", {"SESSION_COOKIE_DOMAIN": "shop.example"}, ""),  # nobody has said which host it is
        (
            "https://blog.example",
            {"SESSION_COOKIE_DOMAIN": "shop.example"},
            "Domain=shop.example: blog.example is not part of it.",
        ),
        ("https://www.shop.example", {"SESSION_COOKIE_DOMAIN": "shop.example"}, ""),
        ("http://shop.example", {"SESSION_COOKIE_SECURE": True}, "Secure, and shop.example was asked over http."),
        ("http://localhost:8000", {"SESSION_COOKIE_SECURE": True}, ""),
    ],
)
def test_a_session_cookie_that_browsers_refuse_is_named(settings, origin, changed, why):
    configure(settings, origin=origin)
    for name, value in changed.items():
        setattr(settings, name, value)
    said = [message.msg for message in check_settings() if message.id == "session_inspector.W006"]
    assert said == ([f"Browsers refuse the session cookie, so nobody stays signed in. {why}"] if why else [])
