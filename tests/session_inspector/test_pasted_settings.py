"""What the page *Paste* says of settings is what Django and mozilla-django-oidc do with them."""

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions import serializers
from django.contrib.sessions.backends.cache import SessionStore
from django.core.checks.compatibility.django_4_0 import check_csrf_trusted_origins
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.utils import timezone
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from session_inspector.inspector.paste.django_settings.other_servers import OF_OIDC


def test_mozilla_django_oidc_raises_without_what_is_said_to_be_needed(settings):
    needed = dict.fromkeys(OF_OIDC, "x") | {"OIDC_RP_SIGN_ALGO": "RS256", "OIDC_OP_JWKS_ENDPOINT": "x"}
    for name, value in needed.items():
        setattr(settings, name, value)
    OIDCAuthenticationBackend()
    OIDCAuthenticationRequestView()
    for name in (*OF_OIDC, "OIDC_OP_JWKS_ENDPOINT"):
        delattr(settings, name)
        with pytest.raises(ImproperlyConfigured, match=name):
            (OIDCAuthenticationBackend(), OIDCAuthenticationRequestView())
        setattr(settings, name, "x")
    del settings.OIDC_RP_SIGN_ALGO
    assert OIDCAuthenticationBackend().OIDC_RP_SIGN_ALGO == "HS256"


def test_django_does_with_such_settings_what_is_said(settings):
    settings.SESSION_COOKIE_AGE = "3600"
    with pytest.raises(TypeError):
        SessionStore().get_expiry_date()
    settings.SESSION_COOKIE_AGE = 0
    assert SessionStore().get_expiry_date() <= timezone.now()
    assert not hasattr(serializers, "PickleSerializer")
    settings.CSRF_TRUSTED_ORIGINS = ["shop.example"]
    assert [one.id for one in check_csrf_trusted_origins(None)] == ["4_0.E001"]
    with pytest.raises(ImproperlyConfigured, match="requires session middleware"):
        AuthenticationMiddleware(lambda request: None).process_request(RequestFactory().get("/"))
