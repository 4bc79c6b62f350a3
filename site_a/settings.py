"""Site A, the library: a Relying Party. What is not in this file comes from ``lab.client_site.settings``."""

from lab.client_site import settings as client_site
from lab.client_site.settings import *
from lab.servers import SITE_A, client_id_of  # who this is
from lab.staging.applied import changed_by_stage
from lab.state import secret
from site_a.session_meanings import MEANINGS  # values of its own

SERVER = SITE_A  # host, port, name
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "site_a.urls"  # pages of its own
INSTALLED_APPS = ["site_a", *client_site.INSTALLED_APPS]  # with templates of its own
SECRET_KEY = secret("site_a.secret_key")  # a key of its own: it signs nothing that another server accepts
DATABASES = client_site.database_of(SERVER)  # a session table of its own
SESSION_COOKIE_NAME = client_site.cookie_name("site_a_session")  # not "sessionid": a cookie knows hosts, not ports
CSRF_COOKIE_NAME = client_site.cookie_name("site_a_csrftoken")  # not "csrftoken", for the same reason
SESSION_INSPECTOR = client_site.reporting(SERVER, MEANINGS)  # under its own name
OIDC_RP_CLIENT_ID = client_id_of(SERVER)
OIDC_RP_CLIENT_SECRET = secret("site_a.client_secret")  # shared with Identity, and with nobody else

globals().update(client_site.at_chosen_provider(SERVER))  # somebody may have pointed it at another one by a form
globals().update(changed_by_stage(SERVER, globals()))  # a stage of a scenario may change some of these
