"""The inspector without a project: a server on loopback that reads the journal."""

import logging
import secrets
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers import basehttp

from session_inspector.configuration import configuration, origin_of_inspector
from session_inspector.inspector.paste.upload import MAX_PASTED
from session_inspector.journal.database import default_journal, engine
from session_inspector.redaction import without_user

ADDRESS = "127.0.0.1"


def settings_at(port: int, journal: Path | str) -> dict[str, Any]:
    return {
        "ALLOWED_HOSTS": ["localhost"],
        "SECRET_KEY": secrets.token_hex(),  # nothing outlasts the process
        "ROOT_URLCONF": "session_inspector.inspector.urls",
        "INSTALLED_APPS": ["django.contrib.staticfiles", "session_inspector"],
        "MIDDLEWARE": [
            "session_inspector.inspector.middleware.at_own_address",
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
            "session_inspector.inspector.middleware.from_own_pages_only",
            "session_inspector.inspector.middleware.JournalMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "libraries": {"inspector": "session_inspector.inspector.tags"},
                },
            }
        ],
        "STATIC_URL": "/static/",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MAX_PASTED,  # of a form; it refuses more itself, with a page
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "SESSION_INSPECTOR": {
            "JOURNAL": journal,
            "INSPECTOR": origin_of_inspector(port),
            "NAME": "",  # it takes no part
            "RECORDING": True,  # by others
            "TIMEOUT": 2,  # seconds: nobody waits for the inspector, so it may wait for the projects
        },
    }


def serve(port: int, journal: Path | str) -> None:
    """Until the process is ended. Raises ``OSError`` where the port is taken, and ``DatabaseError`` where no journal
    can lie."""
    settings.configure(**settings_at(port, journal))
    django.setup()
    engine()
    logging.getLogger("django.server").setLevel(logging.WARNING)  # the pages ask again whenever something happens
    basehttp.run(ADDRESS, port, StaticFilesHandler(WSGIHandler()), threading=True, on_bind=say_where)


def say_where(port: object) -> None:
    said = configuration()
    print(f"The session inspector is at {said.inspector}/. Ctrl-C ends it.")
    print(f"It shows what is recorded in {without_user(str(said.journal or default_journal()))}.", flush=True)
