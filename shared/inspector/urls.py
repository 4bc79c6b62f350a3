from django.urls import path, re_path

from shared.inspector import views

urlpatterns = [
    path("", views.side_by_side, name="side_by_side"),
    path("ladder/", views.ladder, name="ladder"),
    path("exchange/<int:entry_id>/", views.exchange, name="exchange"),
    re_path("^journey/(?P<journey>[0-9a-f]{32})/$", views.journey, name="journey"),
    path("board/", views.board, name="board"),
    path("visitors/", views.visitors, name="visitors"),
    path("path/", views.first_steps, name="path"),
    path("export/", views.export, name="export"),
    path("journal.json", views.journal_json, name="journal_json"),
    path("journal.har", views.journal_har, name="journal_har"),
    path("start-over/", views.start_over, name="start_over"),
    path("stream/", views.stream, name="stream"),
    path("stream/session/", views.stream_of_session, name="stream_of_session"),
]

handler400 = "shared.errors.bad_request"
handler403 = "shared.errors.permission_denied"
handler404 = "shared.errors.not_found"
