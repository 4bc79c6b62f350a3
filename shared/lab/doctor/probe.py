"""``python -m lab.doctor.probe``: what one project is, as JSON. It runs apart, since a process has one project only."""

import json

import django
from django.conf import settings
from django.core.checks import run_checks

NAMES = (
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_PATH",
    "OIDC_OP_ISSUER",
    "OIDC_OP_AUTHORIZATION_ENDPOINT",
    "OIDC_OP_TOKEN_ENDPOINT",
    "OIDC_OP_ADDRESS",
)

if __name__ == "__main__":
    django.setup()
    messages = [(one.id, one.msg, one.is_serious()) for one in run_checks() if not one.is_silenced()]
    print(json.dumps({"messages": messages, "settings": {name: getattr(settings, name, "") for name in NAMES}}))
