"""Settings with which something would not be recorded, or not be shown: ``manage.py check`` says so."""

from urllib.parse import urlsplit

from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from session_inspector.configuration import configuration
from session_inspector.explain.cookies import why_refused
from session_inspector.journal.database import engine, fingerprint_key
from session_inspector.journal.schema import Masked, SetCookie
from session_inspector.this_participant import attributes_of_session_cookie

RECORDER = "session_inspector.recorder.middleware.RecorderMiddleware"
PANEL = "session_inspector.panel.middleware.PanelMiddleware"
NOT_RECORDED = (
    "{} stands before RecorderMiddleware: what it answers is not recorded, nor which cookies it sets or deletes."
)
SHOWS_NOTHING = "PanelMiddleware shows nothing: it must stand before RecorderMiddleware, whose entry it shows."
ONE_NAME = "SESSION_COOKIE_NAME and CSRF_COOKIE_NAME are both {!r}: a browser keeps only the cookie that came last."
REFUSED = "Browsers refuse the session cookie, so nobody stays signed in. {}"
IN_SERVICE = (
    "The recorder is on without DEBUG, because SESSION_INSPECTOR says so: "
    "what people do is written into a journal, with secrets cut to their first characters."
)

TOOLBAR = "debug_toolbar.middleware.DebugToolbarMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
READS_SESSIONS = (
    "DebugToolbarMiddleware stands behind SessionMiddleware and reads each session: "
    "so each page deletes a session cookie that another project on this host has set. "
    "Let it stand before SessionMiddleware, or give SESSION_COOKIE_NAME a name that only this project has."
)


def check_settings(**kwargs) -> list[CheckMessage]:
    is_one_name = settings.SESSION_COOKIE_NAME == settings.CSRF_COOKIE_NAME
    found = {
        "W001": [NOT_RECORDED.format(path) for path in outside_the_recorder() if path != PANEL],
        "W002": [SHOWS_NOTHING] if PANEL in settings.MIDDLEWARE and PANEL not in outside_the_recorder() else [],
        "W003": [ONE_NAME.format(settings.SESSION_COOKIE_NAME)] if is_one_name else [],
        "W004": [IN_SERVICE] if not settings.DEBUG and is_recorded() else [],
        "W005": [READS_SESSIONS] if is_default_name() and is_behind(TOOLBAR, SESSIONS) else [],
        "W006": [REFUSED.format(why)] if (why := why_session_cookie_is_refused()) else [],
    }
    warnings = [Warning(text, id=f"session_inspector.{number}") for number, texts in found.items() for text in texts]
    return [*faults_of_journal(), *warnings]


def faults_of_journal() -> list[CheckMessage]:
    """Of a place where no journal can lie, or the key of its fingerprints cannot."""
    try:
        engine()
        fingerprint_key()
    except (DatabaseError, ImproperlyConfigured) as error:
        return [Error(str(error), id="session_inspector.E001")]
    return []


def why_session_cookie_is_refused() -> str:
    """By its name and attributes; by the host of the project, too, where ``ORIGIN`` says which that is."""
    cookie = SetCookie(settings.SESSION_COOKIE_NAME, Masked("", ""), "session", attributes_of_session_cookie())
    origin = urlsplit(configuration().origin)
    return why_refused(cookie, origin.hostname or "", origin.scheme)


def is_default_name() -> bool:
    return settings.SESSION_COOKIE_NAME == global_settings.SESSION_COOKIE_NAME


def is_behind(one: str, other: str) -> bool:
    order = list(settings.MIDDLEWARE)
    return one in order and other in order and order.index(one) > order.index(other)


def is_recorded() -> bool:
    return RECORDER in settings.MIDDLEWARE and configuration().is_recording


def outside_the_recorder() -> list[str]:
    """The middleware that stands before the recorder, by its paths; none where nothing is recorded."""
    order = list(settings.MIDDLEWARE)
    return order[: order.index(RECORDER)] if RECORDER in order else []
