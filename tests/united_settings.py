"""The settings of identity and of a site in one: for the type checker, which knows one settings module."""

from identity import settings as identity
from identity.settings import *  # noqa: F403
from site_a import settings as site_a
from site_a.settings import *  # noqa: F403

INSTALLED_APPS = list(dict.fromkeys([*identity.INSTALLED_APPS, *site_a.INSTALLED_APPS]))
MIDDLEWARE = identity.MIDDLEWARE
