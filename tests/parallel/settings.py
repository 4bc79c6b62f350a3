"""Identity on PostgreSQL, where a transaction does not wait for another before it writes."""

from identity.settings import *

DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}  # where it is, is known when it runs
