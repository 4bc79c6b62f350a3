"""Site B, the shop: a Relying Party."""

from shared.both_sites.settings import *
from shared.relying_party.settings import *
from shared.servers import IDENTITY, SITE_B  # who this is
from shared.settings import *
from shared.settings import CONTENT_SECURITY_POLICY, INSTALLED_APPS, MIDDLEWARE, databases_of
from shared.state import secret
from site_b.session_meanings import MEANINGS  # values of its own

SERVER = SITE_B  # host, port, name
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "site_b.urls"  # pages of its own
SECRET_KEY = secret("site_b.secret_key")  # a key of its own: it signs nothing that another server accepts
DATABASES = databases_of(SERVER)

SESSION_COOKIE_NAME = "site_b_session"  # not "sessionid": a cookie knows hosts, not ports
CSRF_COOKIE_NAME = "site_b_csrftoken"  # not "csrftoken", for the same reason

INSTALLED_APPS = [
    "site_b",  # its templates
    "shared.both_sites",
    "shared.relying_party",
    "mozilla_django_oidc",
    *INSTALLED_APPS,
]
MIDDLEWARE = [
    *MIDDLEWARE,
    "shared.relying_party.known.KnownSessionMiddleware",
    "shared.relying_party.renewal.RenewalMiddleware",
]

# Chromium checks where a form's answer redirects to: to identity, if it is time to ask there again.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [IDENTITY.origin]

SESSION_MEANINGS = MEANINGS

OIDC_RP_CLIENT_ID = SERVER.label
OIDC_RP_CLIENT_SECRET = secret("site_b.client_secret")  # shared with identity, and with nobody else
