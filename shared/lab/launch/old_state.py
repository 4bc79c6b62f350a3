"""Bring along what a state folder of an earlier version holds, so that it goes on: whoever was signed in still is.

Until November 2026 the session inspector's journal was a table of Django's migrations, and what tells the sites of a
sign-out was part of the app ``identity``.
"""

import os
import sqlite3
from contextlib import closing, suppress

from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from lab.state import IN_USE, STATE, fingerprint_key_path, is_running, journal_path, secret_path

OLD_BACKEND, BACKEND = "shared.relying_party.backend.Backend", "relying_party.backend.Backend"
OLD_TABLE, TABLE = "identity_relyingpartysession", "backchannel_logout_relyingpartysession"


def take_over_files() -> None:
    """The key of the fingerprints lies beside the journal now. Ends the process with one line if an old lab runs."""
    if is_running("running"):
        raise SystemExit(IN_USE)
    old, new = secret_path("journal.fingerprint_key"), fingerprint_key_path()
    if old.exists() and not new.exists():
        os.rename(old, new)
    (STATE / "running.lock").unlink(missing_ok=True)
    if journal_path().exists():
        take_over_journal()


def take_over_journal() -> None:
    """No migrations of Django's make it any more. One that is locked or damaged is left to who opens it next."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(journal_path(), timeout=1)) as journal, journal:
        journal.execute("DROP TABLE IF EXISTS django_migrations")


def take_over_database(connection: BaseDatabaseWrapper) -> None:
    """Before the migrations: they find their tables under the names that they know, and nothing of what is gone.

    Once, and whole: what was taken over does not look old any more.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not is_old(connection, cursor):
            return
        tables = connection.introspection.table_names(cursor)
        if OLD_TABLE in tables and TABLE in tables:
            undo_migrations(cursor)
        if OLD_TABLE in tables:
            cursor.execute(f"ALTER TABLE {OLD_TABLE} RENAME TO {TABLE}")
            moved = (
                "app = 'identity' AND name IN ('0001_initial', '0002_user')"  # the app has migrations of its own now
            )
            cursor.execute(f"UPDATE django_migrations SET app = 'backchannel_logout' WHERE {moved}")
            moved = "app_label = 'identity' AND model = 'relyingpartysession'"
            cursor.execute(f"UPDATE django_content_type SET app_label = 'backchannel_logout' WHERE {moved}")
        of_journal = "SELECT id FROM django_content_type WHERE app_label = 'journal'"
        cursor.execute(f"DELETE FROM auth_permission WHERE content_type_id IN ({of_journal})")
        cursor.execute("DELETE FROM django_content_type WHERE app_label = 'journal'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")
        take_over_sessions()


def undo_migrations(cursor: CursorWrapper) -> None:
    """``manage.py migrate``, run by hand before the first start, made the table anew: empty, in the way of the old one.

    Ends the process with one line if there is something in both.
    """
    cursor.execute(f"SELECT 1 FROM {TABLE}")
    if cursor.fetchone():
        raise SystemExit(f"Two versions of the lab used this state folder: {OLD_TABLE} and {TABLE} both have rows.")
    made = "SELECT id FROM django_content_type WHERE app_label = 'backchannel_logout'"
    cursor.execute(f"DROP TABLE {TABLE}")
    cursor.execute("DELETE FROM django_migrations WHERE app = 'backchannel_logout'")
    cursor.execute(f"DELETE FROM auth_permission WHERE content_type_id IN ({made})")
    cursor.execute("DELETE FROM django_content_type WHERE app_label = 'backchannel_logout'")


def is_old(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> bool:
    if "django_migrations" not in connection.introspection.table_names(cursor):
        return False
    cursor.execute("SELECT 1 FROM django_migrations WHERE app = 'journal'")
    return cursor.fetchone() is not None


def take_over_sessions() -> None:
    """The backend that signed somebody in stands in each session, by its path.

    By ``update``, which sends no signal: for the inspector no session has changed.
    """
    from django.contrib.sessions.models import Session  # not where this is imported: the inspector has none

    for row in Session.objects.iterator():
        data = row.get_decoded()
        if data.get(BACKEND_SESSION_KEY) == OLD_BACKEND:
            now = Session.objects.encode({**data, BACKEND_SESSION_KEY: BACKEND})
            Session.objects.filter(pk=row.pk).update(session_data=now)
