"""The addresses of site B, and those of a debug toolbar. Only a stage imports them, and with them the toolbar."""

from debug_toolbar.toolbar import debug_toolbar_urls
from django.urls import include, path

urlpatterns = [*debug_toolbar_urls(), path("", include("site_b.urls"))]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
handler500 = "lab.web.errors.server_error"
