"""What is taken over of a database of the first round. A whole state folder of it: tests/browser/test_old_state.py."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from lab.launch import old_state
from tests.recorded import recorded

Migration = MigrationRecorder.Migration
pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    """It looks as the first round left it."""
    Migration.objects.create(app="journal", name="0001_entry")
    ContentType.objects.create(app_label="journal", model="entry")


def session_of(backend):
    session = SessionStore()
    session["_auth_user_backend"] = backend
    session["language"] = "fr"
    session.save()
    return session.session_key


def test_who_was_signed_in_by_the_old_name_of_the_backend_still_is(old):
    key = session_of("shared.relying_party.backend.Backend")
    other = session_of("django.contrib.auth.backends.ModelBackend")
    old_state.take_over_database(connection)
    assert dict(SessionStore(key).items()) == {
        "_auth_user_backend": "relying_party.backend.Backend",
        "language": "fr",
    }
    assert SessionStore(other)["_auth_user_backend"] == "django.contrib.auth.backends.ModelBackend"


def test_nothing_is_left_of_the_journals_migrations(old):
    old_state.take_over_database(connection)
    assert not Migration.objects.filter(app="journal").exists()
    assert not ContentType.objects.filter(app_label="journal").exists()


def test_a_database_of_now_is_left_alone(django_assert_max_num_queries):
    key = session_of("shared.relying_party.backend.Backend")  # nobody of now has that
    with django_assert_max_num_queries(5):  # however many sessions there are
        old_state.take_over_database(connection)
    assert SessionStore(key)["_auth_user_backend"] == "shared.relying_party.backend.Backend"


def test_the_provider_s_table_is_handed_over_with_its_migrations(old):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE identity_relyingpartysession (sid text)")
        cursor.execute("INSERT INTO identity_relyingpartysession VALUES ('the-sid')")
    Migration.objects.create(app="identity", name="0001_initial")
    ContentType.objects.create(app_label="identity", model="relyingpartysession")
    old_state.take_over_database(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sid FROM backchannel_logout_relyingpartysession")
        assert cursor.fetchall() == [("the-sid",)]
    assert Migration.objects.filter(app="backchannel_logout").exists()
    assert not Migration.objects.filter(app="identity").exists()
    assert ContentType.objects.filter(app_label="backchannel_logout", model="relyingpartysession").exists()


def test_a_table_that_migrate_made_by_hand_before_gives_way(old):
    TABLE = "backchannel_logout_relyingpartysession"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE identity_relyingpartysession (sid text)")
        cursor.execute("INSERT INTO identity_relyingpartysession VALUES ('the-sid')")
        cursor.execute(f"CREATE TABLE {TABLE} (sid text)")
    Migration.objects.create(app="identity", name="0001_initial")
    Migration.objects.create(app="backchannel_logout", name="0001_initial")
    ContentType.objects.create(app_label="identity", model="relyingpartysession")
    ContentType.objects.create(app_label="backchannel_logout", model="relyingpartysession")
    old_state.take_over_database(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sid FROM {TABLE}")
        assert cursor.fetchall() == [("the-sid",)]
    assert Migration.objects.filter(app="backchannel_logout").count() == 1
    assert ContentType.objects.filter(app_label="backchannel_logout").count() == 1


def test_unless_something_is_in_it(old):
    with connection.cursor() as cursor:
        for table in ("identity_relyingpartysession", "backchannel_logout_relyingpartysession"):
            cursor.execute(f"CREATE TABLE {table} (sid text)")
            cursor.execute(f"INSERT INTO {table} VALUES ('the-sid')")
    with pytest.raises(SystemExit, match="both have rows"):
        old_state.take_over_database(connection)


def test_taking_over_a_session_is_no_change_of_it(old, recording):
    session_of("shared.relying_party.backend.Backend")
    before = len(recorded())
    old_state.take_over_database(connection)
    assert len(recorded()) == before


def test_a_lab_of_before_that_still_runs_is_left_alone(monkeypatch):
    monkeypatch.setattr(old_state, "is_running", lambda name: name == "running")
    with pytest.raises(SystemExit, match="running"):
        old_state.take_over_files()


def test_the_key_of_the_fingerprints_moves_beside_the_journal_once(monkeypatch, tmp_path):
    monkeypatch.setattr(old_state, "STATE", tmp_path)
    monkeypatch.setattr(old_state, "secret_path", lambda name: tmp_path / "secrets" / name)
    monkeypatch.setattr(old_state, "journal_path", lambda: tmp_path / "journal.sqlite3")
    monkeypatch.setattr(old_state, "fingerprint_key_path", lambda: tmp_path / "journal.fingerprint_key")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "journal.fingerprint_key").write_text("the key")
    old_state.take_over_files()
    old_state.take_over_files()
    assert (tmp_path / "journal.fingerprint_key").read_text() == "the key"
    assert not list((tmp_path / "secrets").iterdir())
