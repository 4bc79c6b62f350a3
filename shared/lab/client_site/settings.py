"""What both sites set. What is not in this file comes from ``lab.settings``, or, as in any Relying Party, from
``relying_party.settings``: the two have no name in common."""

from typing import Any
from urllib.parse import urlsplit

from lab import settings as lab
from lab.chosen_provider import choice_for
from lab.servers import IDENTITY, Server
from lab.settings import *
from relying_party.settings import *

INSTALLED_APPS = [
    "lab.client_site",
    "relying_party",
    "mozilla_django_oidc",
    *lab.INSTALLED_APPS,
]
MIDDLEWARE = [
    *lab.MIDDLEWARE,
    "relying_party.session_index.KnownSessionMiddleware",
    "relying_party.renewal.RenewalMiddleware",
]

# Chromium checks where a form's answer redirects to: to Identity, if it is time to ask there again.
CONTENT_SECURITY_POLICY = lab.content_security_policy(form_action=("'self'", IDENTITY.origin))

LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"

OIDC_EXPLAIN_FAILURES = True  # the lab is there to show them

# Where Identity is, as its metadata tells.
OIDC_OP_ISSUER = IDENTITY.origin
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{IDENTITY.origin}/identity/o/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/token"
OIDC_OP_USER_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{IDENTITY.origin}/.well-known/jwks.json"
OIDC_OP_END_SESSION_ENDPOINT = f"{IDENTITY.origin}/identity/o/logout"
# Where the back channel connects: only browsers must know the names under LAB_DOMAIN. Elsewhere no such line is needed.
OIDC_OP_ADDRESS = IDENTITY.back_channel_address


def at_chosen_provider(site: Server) -> dict[str, Any]:
    """What that site sets where somebody has pointed it at another provider than Identity; not in a scenario."""
    choice = choice_for(site) if lab.RUN.is_usual else None
    if choice is None:
        return {}
    leads_to = (choice.settings[name] for name in ("OIDC_OP_AUTHORIZATION_ENDPOINT", "OIDC_OP_END_SESSION_ENDPOINT"))
    addresses = [urlsplit(str(address)) for address in leads_to if address]
    form_action = ("'self'", *(f"{address.scheme}://{address.netloc}" for address in addresses))
    return {
        **choice.settings,
        "OIDC_OP_ADDRESS": "",  # it is where its own addresses say
        "CONTENT_SECURITY_POLICY": lab.content_security_policy(form_action=form_action),
    }
