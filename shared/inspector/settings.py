"""The inspector: no people, no sessions, no cookies, and of the databases only the journal."""

from shared.servers import INSPECTOR
from shared.settings import *
from shared.settings import CONTENT_SECURITY_POLICY, TEMPLATES, databases_of
from shared.state import secret

SERVER = INSPECTOR
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "shared.inspector.urls"
SECRET_KEY = secret("inspector.secret_key")
DATABASES = {**databases_of(SERVER), "default": {}}
DATABASES["journal"]["OPTIONS"]["timeout"] = 2  # nobody waits for the inspector, so it may wait for the servers

INSTALLED_APPS = ["shared.apps.SharedConfig", "django.contrib.staticfiles", "csp", "shared.journal", "shared.inspector"]

# Without sessions and users, and without the recorder: what watches is not watched.
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "shared.origin.OwnOriginMiddleware",
    "shared.errors.refuse_a_length_that_is_no_number",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shared.errors.say_what_is_not_allowed",
    "shared.inspector.safety.from_own_pages_only",
    "shared.inspector.safety.say_what_the_journal_lacks",
]

TEMPLATES[0]["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]
TEMPLATES[0]["OPTIONS"]["builtins"] += ["shared.inspector.templatetags.inspector"]

CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] = ["'self'"]  # the stream of news, and the pages it is news for
