from allauth.account import views as allauth_account
from allauth.idp.oidc import views as oidc
from django.urls import include, path

from identity import replacements
from identity.account import clients, consents, sessions, views
from identity.provider import end_session
from identity.provider.authorize import authorization
from identity.provider.cross_origin import readable_by_browser_apps
from identity.provider.metadata import configuration
from identity.provider.request_checks import (
    Check,
    View,
    check_body_is_a_form,
    check_grant_type_is_there,
    well_formed,
    well_formed_for_programs,
)
from identity.provider.requesting_client import allow_form_action_to_client
from lab.web.forget import forget

replacements.install()  # not when Django starts: the worker needs no URLs, and does without the protocol engine

# The lab uses only these of allauth's pages.
accounts = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", allauth_account.logout, name="account_logout"),
    path(
        "reauthenticate/",
        allow_form_action_to_client(allauth_account.reauthenticate),
        name="account_reauthenticate",
    ),
    path("inactive/", allauth_account.account_inactive, name="account_inactive"),
]


def for_clients(view: View, *checks: Check) -> View:
    return readable_by_browser_apps(well_formed_for_programs(view, *checks))


endpoints = [
    path(".well-known/openid-configuration", configuration, name="configuration"),
    path(".well-known/oauth-authorization-server", configuration),  # RFC 8414, section 3
    path(".well-known/jwks.json", oidc.jwks, name="jwks"),
    path("identity/o/authorize", well_formed(authorization), name="authorization"),
    path(
        "identity/o/api/token", for_clients(oidc.token, check_body_is_a_form, check_grant_type_is_there), name="token"
    ),
    path("identity/o/api/userinfo", for_clients(oidc.user_info), name="userinfo"),
    path("identity/o/api/revoke", for_clients(oidc.revoke, check_body_is_a_form), name="revoke"),
    path(
        "identity/o/api/introspect", well_formed_for_programs(oidc.introspect, check_body_is_a_form), name="introspect"
    ),
    path("identity/o/logout", well_formed(end_session.end_session), name="end_session"),
    path("identity/o/logout/decide", well_formed(end_session.decide), name="decide"),
]

urlpatterns = [
    path("", include(([path("", include((endpoints, "oidc")))], "idp"))),  # first: a sign-in asks for three of these
    path("", views.home, name="home"),
    path("signed-in/", views.signed_in, name="signed_in"),
    path("signed-out/", sessions.signed_out, name="signed_out"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.end_one, name="end_one"),
    path("sessions/end-others/", sessions.end_others, name="end_others"),
    path("consents/", consents.consents, name="consents"),
    path("consents/take-back/", consents.take_back, name="take_back"),
    path("clients/", clients.clients, name="clients"),
    path("clients/register/", clients.register, name="register_client"),
    path("clients/delete/", clients.delete, name="delete_client"),
    path("clients/change/<str:client_id>/", clients.change, name="change_client"),
    path("session/forget/", forget, name="session_forget"),
    path("session/", include("session_inspector.panel.urls")),
    path("accounts/", include(accounts)),
]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
handler500 = "lab.web.errors.server_error"
