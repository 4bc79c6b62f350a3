from django.urls import include, path

from site_b import views

urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", views.orders, name="orders"),
    path("oidc/", include("mozilla_django_oidc.urls")),
]

handler400 = "shared.errors.bad_request"
