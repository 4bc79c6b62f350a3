"""The inspector: no people, no sessions, no cookie but for a teacher's key, and no database but the journal."""

from typing import Any

from lab import settings as lab
from lab.servers import INSPECTOR, IS_CLASS
from lab.settings import *
from lab.state import secret, teacher_key
from session_inspector.inspector.paste.upload import MAX_PASTED

SERVER = INSPECTOR
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "lab.inspector.urls"
SECRET_KEY = secret("inspector.secret_key")
DATABASES: dict[str, Any] = {}
SILENCED_SYSTEM_CHECKS = [*lab.SILENCED_SYSTEM_CHECKS, "security.W003"]  # no CSRF tokens: forms have an Origin

if not IS_CLASS:  # there, nothing is pasted
    DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_PASTED  # of a form; the page refuses more itself

SESSION_INSPECTOR = {
    **lab.journal(),
    "NAME": "",  # it takes no part
    "TIMEOUT": 2,  # seconds: nobody waits for the inspector, so it may wait for the servers
    "PAGES": "lab.inspector.pages.PAGES",
    "KEY": teacher_key() if IS_CLASS else "",
}

INSTALLED_APPS = [
    "lab.launch",
    "lab.inspector",  # before the pages that it adds to
    "lab.web",
    "django.contrib.staticfiles",
    "csp",
    "session_inspector",
]

# Without sessions and users, and without the recorder: what watches is not watched.
MIDDLEWARE = [
    "lab.web.content_security_policy.ContentSecurityPolicyMiddleware",
    "lab.web.private_pages.keep_pages_private",
    "django.middleware.security.SecurityMiddleware",
    "lab.web.canonical_host.CanonicalHostMiddleware",
    "lab.web.static_files.StaticFilesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lab.web.errors.say_what_is_not_allowed",
    "session_inspector.inspector.middleware.from_own_pages_only",
    "session_inspector.inspector.middleware.JournalMiddleware",
    "session_inspector.inspector.middleware.ViewerMiddleware",
]

TEMPLATES = [
    {
        **lab.TEMPLATES[0],
        "OPTIONS": {
            **lab.TEMPLATES[0]["OPTIONS"],
            "context_processors": ["django.template.context_processors.request"],
            "libraries": {"inspector": "session_inspector.inspector.tags"},
        },
    }
]

CONTENT_SECURITY_POLICY = lab.content_security_policy(
    connect_src=("'self'",),  # the stream of news, and the pages it is news for
)

# A page of another origin that opens the inspector, or is left by it, gets no handle of its tab. The tab that the
# lessons open themselves keeps its name.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"

LOGGING = {
    **lab.LOGGING,
    "loggers": {
        **lab.LOGGING["loggers"],
        # Its pages ask again whenever something happens at a server: that would fill the terminal.
        "django.server": {**lab.LOGGING["loggers"]["django.server"], "level": "WARNING"},
    },
}
