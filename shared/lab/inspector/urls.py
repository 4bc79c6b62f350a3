from django.urls import include, path

from lab.inspector.first_steps.views import closed
from lab.inspector.scenarios import views as scenarios
from lab.inspector.start_over.views import start_over

urlpatterns = [
    path("", include("session_inspector.inspector.urls")),
    path("first-steps/closed/", closed, name="closed"),
    path("scenarios.json", scenarios.exported, name="scenarios_json"),
    path("scenarios/forget/", scenarios.forget_predictions, name="forget_predictions"),
    path("scenarios/misbehaving/<slug:name>/", scenarios.mode_page, name="mode"),
    path("scenarios/<slug:name>/<slug:of_stage>/", scenarios.stage_page, name="stage"),
    path("scenarios/<slug:name>/<slug:of_stage>/predict/", scenarios.predict, name="predict"),
    path("attempts/<int:number>/", scenarios.attempt_page, name="attempt"),
    path("attempts/<int:number>/look/", scenarios.look, name="look"),
    path("run/", scenarios.run_page, name="run"),
    path("run/end/", scenarios.back_to_normal, name="back_to_normal"),
    path("start-over/", start_over, name="start_over"),
]

handler400 = "lab.web.errors.bad_request"
handler403 = "lab.web.errors.permission_denied"
handler404 = "lab.web.errors.not_found"
handler500 = "lab.web.errors.server_error"
