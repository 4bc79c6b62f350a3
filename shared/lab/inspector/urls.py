from django.urls import include, path

from lab.inspector.first_steps.views import closed
from lab.inspector.start_over.views import start_over

urlpatterns = [
    path("", include("session_inspector.inspector.urls")),
    path("first-steps/closed/", closed, name="closed"),
    path("start-over/", start_over, name="start_over"),
]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
