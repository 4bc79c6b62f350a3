"""What every server sets. A project adds what is its own, each line with its reason."""

import os

from shared.servers import INSPECTOR, Server
from shared.state import database_path

DEBUG = os.environ.get("LAB_DEBUG") == "1"  # off: every error has a page of the lab's own

RECORDING = os.environ.get("LAB_RECORDER") != "off"  # whether exchanges are kept in the journal

INSTALLED_APPS = [
    "shared.apps.SharedConfig",  # before Django's own, so that its runserver is the one that is found
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "shared.journal",
    "shared.recorder",
    "shared.panel",
]

# What the servers of the lab keep in a session, for the panel: name and meaning.
SESSION_MEANINGS: dict[str, str] = {}

MIDDLEWARE = [
    "shared.panel.middleware.PanelMiddleware",  # outside the recorder, whose entry it shows
    "shared.recorder.middleware.RecorderMiddleware",  # outside everything whose effect it records
    "csp.middleware.CSPMiddleware",
    "shared.origin.OwnOriginMiddleware",
    "shared.errors.refuse_a_length_that_is_no_number",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shared.errors.say_what_is_not_allowed",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["shared.templatetags.frame"],
        },
    }
]

# A message in a cookie of its own would be one more cookie to explain.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

WSGI_APPLICATION = "shared.wsgi.application"
CSRF_FAILURE_VIEW = "shared.errors.csrf_failure"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # no collectstatic between editing a file and seeing it
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 0  # browsers ask again: an edited stylesheet shows at once

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": [INSPECTOR.origin],  # where an open page listens for the end of its session
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"pages_only": {"()": "shared.logs.PagesOnly"}},
    "formatters": {
        "line": {"()": "shared.logs.WithoutSecrets", "format": "%(levelname)s %(name)s: %(message)s"},
        "bare": {"()": "shared.logs.WithoutSecrets", "format": "%(message)s"},
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "line"},
        "requests": {"class": "logging.StreamHandler", "formatter": "bare", "filters": ["pages_only"]},
    },
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": ["requests"], "level": "INFO", "propagate": False},
    },
}

DATABASE_ROUTERS = ["shared.journal.router.JournalRouter"]


def databases_of(server: Server) -> dict:
    """``DATABASES`` of one server: an SQLite file of its own, and the journal that all of them write."""
    return {
        "default": sqlite(server.name, timeout=20),
        # 0.03 seconds: nobody waits long for having been recorded. A power cut may cost the recording.
        "journal": sqlite("journal", timeout=0.03, synchronous="OFF"),
    }


def sqlite(name: str, timeout: float, synchronous: str = "NORMAL") -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": database_path(name),
        # Kept open: to open it and to close it again, when the last one tidies the file up, costs more than a write.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that reads first and writes later would fail at once beside another writer, whatever
            # the timeout: it takes the write lock at its start instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": timeout,
            # NORMAL is safe with the write-ahead log that prepare turns on.
            "init_command": f"PRAGMA synchronous={synchronous}",
        },
    }
