"""What each server keeps its data in, in each run of a scenario another one.

An SQLite file or, where ``LAB_DATABASE_URL`` names a PostgreSQL server, a database and a role of its own there. The two
modules have the same functions. They know of Django only the connection that they are given, and its transactions.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

from lab.database_url import URL
from lab.databases import sqlite
from lab.runs import Run


def engine() -> ModuleType:
    if not URL:
        return sqlite
    from lab.databases import postgresql  # not above: most labs have none

    return postgresql


def settings_of(server: str, run: Run) -> dict[str, Any]:
    """What ``DATABASES`` says of the database of that server in that run."""
    return engine().settings_of(server, run)


def journal() -> Path | str:
    """Where the journal lies, as ``SESSION_INSPECTOR`` says it."""
    return engine().journal()
