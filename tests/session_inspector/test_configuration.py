"""What is made of the settings is made once, and anew where a test changes them."""

import stat

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError

from session_inspector import private_file
from session_inspector.configuration import configuration, of_settings
from session_inspector.journal.database import engine, fingerprint_key
from session_inspector.recorder.middleware import RecorderMiddleware
from session_inspector.recorder.session_snapshot import as_stored
from tests.recorded import configure, recorded


def test_what_depends_on_settings_alone_is_made_once_for_each_argument():
    asked = []
    doubled = of_settings(lambda number: asked.append(number) or 2 * number)
    assert [doubled(2), doubled(2), doubled(3)] == [4, 4, 6]
    assert asked == [2, 3]


def test_another_setting_is_heeded_at_once(settings):
    configure(settings, title="One")
    assert configuration().title == "One"
    configure(settings, title="Another")
    assert configuration().title == "Another"


@pytest.mark.django_db
@pytest.mark.urls("site_a.urls")
@pytest.mark.usefixtures("recording")
def test_a_row_is_decoded_and_redacted_once_as_long_as_it_stays_as_it_is(client):
    session = SessionStore()
    session["color"] = "red"
    session.save()
    client.cookies["site_a_session"] = session.session_key
    for _ in range(3):
        client.get("/begin/")
    row = Session.objects.get()
    kept = as_stored(row.session_key, row.session_data, row.expire_date)
    assert kept.redacted is kept.redacted
    assert as_stored.cache_info().misses == 1
    assert [entry.exchange.before.data for entry in recorded()] == [{"color": "red"}] * 3


@pytest.fixture
def nothing_said(settings):
    """A project with no ``SESSION_INSPECTOR``."""
    del settings.SESSION_INSPECTOR


@pytest.fixture
def no_test_run(monkeypatch):
    monkeypatch.delattr(mail, "outbox")


@pytest.mark.parametrize(
    ("module", "folder", "name"),
    [
        ("shop.settings", "/code", "shop"),
        ("config.settings.local", "/home/ann/My Shop", "my-shop"),
        ("settings", "/home/ann/shop", "shop"),
        ("a_very_long_name_of_a_project.settings", "", "a_very_long_name_of_"),
        (None, "", ""),
    ],
)
@pytest.mark.usefixtures("nothing_said")
def test_a_project_without_a_name_has_that_of_its_settings_or_of_its_folder(settings, module, folder, name):
    settings.BASE_DIR = folder
    settings.SETTINGS_MODULE = module  # last: each other setting that a test changes hides it
    assert configuration().name == name


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.usefixtures("nothing_said", "no_test_run")
def test_the_recorder_is_on_with_debug(settings, debug):
    settings.DEBUG = debug
    assert configuration().is_recording is debug


@pytest.mark.usefixtures("nothing_said")
def test_the_recorder_is_off_in_a_test_run(settings):
    settings.DEBUG, settings.MIDDLEWARE = True, []
    assert not configuration().is_recording
    with pytest.raises(MiddlewareNotUsed):
        RecorderMiddleware(lambda request: None)


@pytest.mark.parametrize("recording", [True, False])
@pytest.mark.usefixtures("no_test_run")
def test_what_the_setting_says_of_recording_holds(settings, recording):
    settings.DEBUG = not recording
    configure(settings, recording=recording)
    assert configuration().is_recording is recording


@pytest.mark.usefixtures("nothing_said")
def test_all_projects_of_a_person_meet_in_a_folder_that_only_they_may_read(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    engine.cache_clear()
    folder = tmp_path / "state" / "session_inspector"
    assert engine().path == folder / "journal.sqlite3"
    assert fingerprint_key() == folder / "journal.fingerprint_key"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.usefixtures("nothing_said")
def test_without_a_state_folder_the_journal_is_below_the_home(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert private_file.in_state_folder("x") == tmp_path / ".local" / "state" / "session_inspector" / "x"


@pytest.mark.usefixtures("nothing_said")
def test_where_no_folder_can_be_made_there_is_no_journal(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    engine.cache_clear()
    with pytest.raises(DatabaseError, match="No folder can be made for the journal"):
        engine()
