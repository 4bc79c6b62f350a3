from django.urls import include, path

from site_a import views

urlpatterns = [
    path("", views.home, name="home"),
    path("shelf/", views.shelf, name="shelf"),
    path("oidc/", include("mozilla_django_oidc.urls")),
]

handler400 = "shared.errors.bad_request"
