"""Make what a server needs before it can answer. Safe to run again and at the same time."""

import os
import pkgutil

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from lab import databases, runs
from lab.launch import old_state
from lab.launch.supervision import start_anew
from lab.state import close_to_others, one_at_a_time


def prepare() -> None:
    """For the run that this process is for. Where another one has begun meanwhile, the databases of this one may be
    gone: the process starts anew."""
    try:
        prepare_for_run()
    except Exception:
        if runs.current() == settings.RUN:
            raise
        start_anew()


def prepare_for_run() -> None:
    """Bring this server's database up to date and seed it: an app whose config has a ``seed`` method keeps rows there
    from the start. The first one that a run of a scenario makes is kept for the runs after it."""
    with one_at_a_time():
        old_state.take_over_files()
        close_to_others()
    engine, connection = databases.engine(), connections[DEFAULT_DB_ALIAS]
    engine.make_journal()
    if has_database(connection):
        with engine.one_to_prepare(connection):
            engine.make(connection)
            old_state.take_over_database(connection)
            bring_up_to_date(connection)
            seed()
            if not settings.RUN.is_usual:
                engine.keep_for_later_runs(connection, settings.SERVER.name, settings.RUN)
            engine.close(connection)


def has_database(connection: BaseDatabaseWrapper) -> bool:
    """The inspector has none but the journal, which makes itself."""
    return connection.vendor != "unknown"


def seed() -> None:
    for app in apps.get_app_configs():
        if hasattr(app, "seed"):
            with transaction.atomic():
                app.seed()


def bring_up_to_date(connection: BaseDatabaseWrapper) -> None:
    if migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys():
        return
    with databases.engine().whole(connection):  # this process may be killed, or start anew, at any moment
        call_command("migrate", database=connection.alias, verbosity=0, interactive=False)
        call_command("createcachetable", database=connection.alias, verbosity=0)  # where a cache lies in a database


def migrations_on_disk() -> set[tuple[str, str]]:
    """App and name of each. That all are applied can be said from their names: ``migrate`` loads them to find out."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([os.path.join(app.path, "migrations")])
        if not module.ispkg and module.name[0] not in "_~"  # what is no migration for Django either
    }
