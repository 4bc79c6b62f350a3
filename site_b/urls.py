from django.urls import include, path

from lab.client_site.views import signed_out
from lab.web.forget import forget
from site_b import views

urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", views.orders, name="orders"),
    path("cart/", views.cart, name="cart"),
    path("cart/add/", views.add, name="add"),
    path("cart/remove/", views.remove, name="remove"),
    path("session/forget/", forget, name="session_forget"),
    path("session/", include("session_inspector.panel.urls")),
    path("signed-out/", signed_out, {"lost": "the cart"}, name="signed_out"),
    path("oidc/", include("relying_party.urls")),
]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
handler500 = "lab.web.errors.server_error"
