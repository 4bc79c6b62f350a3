"""Three databases: SQLite twice, so that a router can choose, and PostgreSQL where there is one."""

from tests import postgresql

SECRET_KEY = "of tests only"
INSTALLED_APPS = ["tests.compiled_query"]
USE_TZ = True
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
if postgresql.find():
    DATABASES["postgresql"] = {"ENGINE": "django.db.backends.postgresql"}  # where it is, is known when it runs
