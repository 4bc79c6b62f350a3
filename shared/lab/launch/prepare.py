"""Make what a server needs before it can answer. Safe to run again and at the same time."""

import os
import pkgutil
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from lab import runs
from lab.launch import old_state
from lab.state import close_to_others, one_at_a_time


def prepare() -> None:
    """Bring this server's database up to date and seed it: an app whose config has a ``seed`` method keeps rows there
    from the start. The first one that a run of a scenario makes is kept for the runs after it."""
    with one_at_a_time():
        old_state.take_over_files()
        close_to_others()
        if has_database():
            make_file(connections[DEFAULT_DB_ALIAS])
            old_state.take_over_database(connections[DEFAULT_DB_ALIAS])
            bring_up_to_date(connections[DEFAULT_DB_ALIAS])
        for app in apps.get_app_configs():
            if hasattr(app, "seed"):
                with transaction.atomic():
                    app.seed()
        if has_database() and not settings.RUN.is_usual:
            keep_for_later_runs(connections[DEFAULT_DB_ALIAS])
        connections.close_all()


def has_database() -> bool:
    """The inspector has none but the journal, which makes itself."""
    return connections[DEFAULT_DB_ALIAS].vendor != "unknown"


def make_file(connection) -> None:
    """Where there is none: SQLite would let others read it. What it makes beside the file has the same mode."""
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        Path(connection.settings_dict["NAME"]).touch(mode=0o600)


def bring_up_to_date(connection) -> None:
    if connection.vendor == "sqlite":
        # Readers and a writer do not wait for each other. Kept in the file, so once is enough.
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    if not migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys():
        call_command("migrate", database=connection.alias, verbosity=0, interactive=False)


def migrations_on_disk() -> set[tuple[str, str]]:
    """App and name of each. That all are applied can be said from their names: ``migrate`` loads them to find out."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([os.path.join(app.path, "migrations")])
        if not module.ispkg and module.name[0] not in "_~"  # what is no migration for Django either
    }


def keep_for_later_runs(connection) -> None:
    """A copy in one file, which is there whole or not at all."""
    path = runs.fresh_database(settings.SERVER.name)
    is_own = connection.settings_dict["NAME"] == runs.database_of(settings.SERVER.name, settings.RUN)
    if connection.vendor == "sqlite" and is_own and not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        try:
            connection.cursor().execute("VACUUM INTO %s", [str(draft)])
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)  # what a full disk has left of it
