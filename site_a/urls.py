from django.urls import include, path

from lab.client_site.provider import back_to_identity, provider
from lab.client_site.views import signed_out
from lab.web.forget import forget
from site_a import values, views

urlpatterns = [
    path("", views.home, name="home"),
    path("shelf/", views.shelf, name="shelf"),
    path("begin/", views.begin, name="begin"),
    path("begin/nothing/", views.store_nothing, name="store_nothing"),
    path("begin/value/", views.store_a_value, name="store_a_value"),
    path("stateless/", views.stateless, name="stateless"),
    path("stateless/session/", views.stateless_with_session, name="stateless_with_session"),
    path("stateless/plain/", views.stateless_plain, name="stateless_plain"),
    path("values/", values.values, name="values"),
    path("values/language/", values.set_language, name="set_language"),
    path("values/timeout/", values.set_timeout, name="set_timeout"),
    path("values/own/", values.set_own, name="set_own"),
    path("values/own/delete/", values.delete_own, name="delete_own"),
    path("values/new-key/", values.new_key, name="new_key"),
    path("values/expire/", values.expire, name="expire"),
    path("values/flush/", values.flush, name="flush"),
    path("provider/", provider, name="provider"),
    path("provider/back/", back_to_identity, name="back_to_identity"),
    path("session/forget/", forget, name="session_forget"),
    path("session/", include("session_inspector.panel.urls")),
    path("signed-out/", signed_out, {"lost": "the language and the visits"}, name="signed_out"),
    path("oidc/", include("relying_party.urls")),
]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
handler500 = "lab.web.errors.server_error"
