from django.urls import path, re_path

from session_inspector.inspector.exchange.views import exchange, journey
from session_inspector.inspector.export.views import journal_har, journal_json
from session_inspector.inspector.live.views import stream, stream_of_session
from session_inspector.inspector.pages import registered_pages

urlpatterns = [
    *(path(page.path, page.view, name=page.name) for page in registered_pages()),
    path("exchange/<int:entry_id>/", exchange, name="exchange"),
    re_path("^journey/(?P<journey>[0-9a-f]{32})/$", journey, name="journey"),
    path("journal.json", journal_json, name="journal_json"),
    path("journal.har", journal_har, name="journal_har"),
    path("stream/", stream, name="stream"),
    path("stream/session/", stream_of_session, name="stream_of_session"),
]
