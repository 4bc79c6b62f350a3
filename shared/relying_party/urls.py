"""The addresses of mozilla-django-oidc, and three that it does not have."""

from django.urls import include, path

from relying_party.backchannel_logout import backchannel_logout
from relying_party.initiated_login import initiate_login
from relying_party.rp_initiated_logout import sign_out_everywhere

urlpatterns = [
    path("", include("mozilla_django_oidc.urls")),
    path("initiate-login/", initiate_login, name="oidc_initiate_login"),
    path("logout-everywhere/", sign_out_everywhere, name="oidc_logout_everywhere"),
    path("backchannel-logout/", backchannel_logout, name="oidc_backchannel_logout"),
]
