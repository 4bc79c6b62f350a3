from django.urls import include, path

from shared.both_sites.views import signed_out
from site_b import views

urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", views.orders, name="orders"),
    path("cart/", views.cart, name="cart"),
    path("cart/add/", views.add, name="add"),
    path("cart/remove/", views.remove, name="remove"),
    path("session/", include("shared.panel.urls")),
    path("signed-out/", signed_out, {"lost": "the cart"}, name="signed_out"),
    path("oidc/", include("shared.relying_party.urls")),
]

handler400 = "shared.errors.bad_request"
handler403 = "shared.errors.permission_denied"
handler404 = "shared.errors.not_found"
