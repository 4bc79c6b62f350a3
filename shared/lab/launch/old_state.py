"""Bring along what a state folder of an earlier version holds, so that it goes on: whoever was signed in still is.

Until November 2026 the session inspector's journal was a table of Django's migrations, and what tells the sites of a
sign-out was part of the app ``identity``.
"""

import os

from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from lab.state import STATE, journal_path, secret_path

OLD_BACKEND, BACKEND = "shared.relying_party.backend.Backend", "relying_party.backend.Backend"
OLD_TABLE, TABLE = "identity_relyingpartysession", "backchannel_logout_relyingpartysession"


def take_over_files() -> None:
    """The key of the fingerprints lies beside the journal now."""
    old, new = secret_path("journal.fingerprint_key"), journal_path().with_suffix(".fingerprint_key")
    if old.exists() and not new.exists():
        os.rename(old, new)
    (STATE / "running.lock").unlink(missing_ok=True)


def take_over_database(connection: BaseDatabaseWrapper) -> None:
    """Before the migrations: they find their tables under the names that they know, and nothing of what is gone.

    Once, and whole: what was taken over does not look old any more.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not is_old(connection, cursor):
            return
        if OLD_TABLE in connection.introspection.table_names(cursor):
            cursor.execute(f"ALTER TABLE {OLD_TABLE} RENAME TO {TABLE}")
            cursor.execute("UPDATE django_migrations SET app = 'backchannel_logout' WHERE app = 'identity'")
            renamed = "SET app_label = 'backchannel_logout' WHERE app_label = 'identity'"
            cursor.execute(f"UPDATE django_content_type {renamed}")
        of_journal = "SELECT id FROM django_content_type WHERE app_label = 'journal'"
        cursor.execute(f"DELETE FROM auth_permission WHERE content_type_id IN ({of_journal})")
        cursor.execute("DELETE FROM django_content_type WHERE app_label = 'journal'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")
        take_over_sessions()


def is_old(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> bool:
    if "django_migrations" not in connection.introspection.table_names(cursor):
        return False
    cursor.execute("SELECT 1 FROM django_migrations WHERE app = 'journal'")
    return cursor.fetchone() is not None


def take_over_sessions() -> None:
    """The backend that signed somebody in stands in each session, by its path."""
    from django.contrib.sessions.models import Session  # not where this is imported: the inspector has none

    for row in Session.objects.all():
        data = row.get_decoded()
        if data.get(BACKEND_SESSION_KEY) == OLD_BACKEND:
            row.session_data = Session.objects.encode({**data, BACKEND_SESSION_KEY: BACKEND})
            row.save(update_fields=["session_data"])
