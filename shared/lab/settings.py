"""What every server sets. A project adds what is its own, each line with its reason."""

import os
from collections.abc import Mapping
from typing import Any

from django.conf.global_settings import STORAGES

from lab import databases, runs
from lab.servers import INSPECTOR, IS_CLASS, IS_HTTPS, PROXIES, Server
from lab.state import check_secret, fingerprint_key_path

RUN = runs.current()  # what these settings are for: another run has others

DEBUG = os.environ.get("LAB_DEBUG") == "1"  # off: every error has a page of the lab's own

INSTALLED_APPS = [
    "lab.launch",  # before Django's own, so that its runserver is the one that is found
    "lab.web",  # before the packages, whose plain frames it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "session_inspector",
]

MIDDLEWARE = [
    "session_inspector.panel.middleware.PanelMiddleware",  # outside the recorder, whose entry it shows
    "session_inspector.recorder.middleware.RecorderMiddleware",  # outside everything whose effect it records
    "lab.web.content_security_policy.ContentSecurityPolicyMiddleware",
    "lab.web.private_pages.keep_pages_private",
    "django.middleware.security.SecurityMiddleware",
    "lab.web.canonical_host.CanonicalHostMiddleware",
    "lab.web.static_files.StaticFilesMiddleware",
    "lab.web.one_session_cookie.OneSessionCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lab.web.errors.say_what_is_not_allowed",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["lab.web.templatetags.frame"],
        },
    }
]

# A message in a cookie of its own would be one more cookie to explain.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

WSGI_APPLICATION = "lab.web.wsgi.application"
CSRF_FAILURE_VIEW = "lab.web.errors.csrf_failure"

# The inspector's lessons open all their links in one tab, by its name. A policy of the pages in it would cut it off
# from its name; one of the inspector's own pages does not.
SECURE_CROSS_ORIGIN_OPENER_POLICY: str | None = None

# A setting of the lab: refuse a request with two session cookies. Off over http and in scenarios, since what Django
# does then is a lesson.
SESSION_COOKIE_ONCE = IS_HTTPS and RUN.is_usual

# What the proxies before each server say of a request is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
# HSTS for a minute: for so long a browser does not go back to http at these names, where another lab may run. So not
# for all names below them either, nor for ever.
SECURE_HSTS_SECONDS = 60 if IS_HTTPS else 0
# The last one: the lab is there to be recorded.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "session_inspector.W004"]

if IS_HTTPS:
    from lab.certificates import trust_authority  # not above: over http, nothing needs certificates

    trust_authority()  # for what the servers ask one another


def cookie_name(name: str) -> str:
    """Over https with a prefix: no other host can set such a cookie (draft-ietf-httpbis-rfc6265bis, 4.1.3).

    But not in a scenario: some are about that very thing.
    """
    return f"__Host-{name}" if IS_HTTPS and RUN.is_usual else name


CACHES = databases.engine().CACHES  # allauth counts wrong passwords there
# Sessions, where a stage has them in a cache: in the memory of each process, as Django has it by default.
SESSION_CACHE_ALIAS = "memory"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"  # the same below whatever a path begins with
WHITENOISE_USE_FINDERS = True  # no collectstatic between editing a file and seeing it
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 0  # of an address without a version
WHITENOISE_ALLOW_ALL_ORIGINS = False  # each server has all that its pages load
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "lab.web.static_files.VersionedStorage"}}


def content_security_policy(
    form_action: tuple[str, ...] = ("'self'",), connect_src: tuple[str, ...] = ("'self'", INSPECTOR.origin)
) -> dict[str, Any]:
    """``form_action`` is where forms lead to, with all redirects; ``connect_src`` what an open page asks: itself for
    what was not known yet, and the inspector for the end of its session."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "style-src": ["'self'"],
            "script-src": ["'self'"],
            "img-src": ["'self'"],
            "connect-src": list(connect_src),
            "form-action": list(form_action),
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }
    }


CONTENT_SECURITY_POLICY = content_security_policy()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "pages_only": {"()": "lab.web.logs.PagesOnly"},
        "refusals_in_one_line": {"()": "lab.web.logs.RefusalsInOneLine"},
    },
    "formatters": {
        "line": {"()": "lab.web.logs.WithoutSecrets", "format": "%(levelname)s %(name)s: %(message)s"},
        "bare": {"()": "lab.web.logs.WithoutSecrets", "format": "%(message)s"},
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals_in_one_line"]},
        "requests": {"class": "logging.StreamHandler", "formatter": "bare", "filters": ["pages_only"]},
    },
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": ["requests"], "level": "INFO", "propagate": False},
    },
}


# What the forms of the lab's pages ask for, where it is no secret.
SHOWN_FIELDS = frozenset(
    {"decision", "item", "language", "name", "opened_in_session", "page", "session", "timeout", "value"}
)


def reporting(server: Server, meanings: Mapping[str, str]) -> dict[str, Any]:
    """``SESSION_INSPECTOR`` of one server; ``meanings`` says what it keeps in a session, by name."""
    return {
        **journal(),
        "NAME": server.name,
        "ORIGIN": server.origin,
        "RUN": RUN.mark,
        "TITLE": server.title,
        "ROLE": server.role,
        "WHAT": server.what,
        "LETTER": server.letter,
        "COLOUR": server.colour,
        "MEANINGS": meanings,
        "SHOWN_FIELDS": SHOWN_FIELDS,
        "VALUES": True,  # they are what the lessons are about
    }


def journal() -> dict[str, Any]:
    """Of ``SESSION_INSPECTOR`` what the inspector itself needs, too."""
    check_secret(fingerprint_key_path())
    return {
        "JOURNAL": databases.journal(),
        "FINGERPRINT_KEY": fingerprint_key_path(),
        "INSPECTOR": INSPECTOR.origin,
        "OWN_ONLY": IS_CLASS,
        "RECORDING": os.environ.get("LAB_RECORDER") != "off",
    }


def database_of(server: Server) -> dict[str, Any]:
    """``DATABASES`` of one server: one of its own, in each run another."""
    return {"default": databases.settings_of(server.name, RUN)}
