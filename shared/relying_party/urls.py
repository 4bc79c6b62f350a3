"""Where a sign-in comes by, as mozilla-django-oidc names it, and the two addresses that it lacks for signing out."""

from django.urls import include, path

from relying_party.backchannel_logout import backchannel_logout
from relying_party.rp_initiated_logout import sign_out_everywhere

urlpatterns = [
    path("", include("mozilla_django_oidc.urls")),
    path("logout-everywhere/", sign_out_everywhere, name="oidc_logout_everywhere"),
    path("backchannel-logout/", backchannel_logout, name="oidc_backchannel_logout"),
]
