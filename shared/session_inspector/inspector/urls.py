from django.templatetags.static import static
from django.urls import path, re_path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from session_inspector.inspector.exchange.views import entries, exchange, journey
from session_inspector.inspector.export.views import journal_har, journal_json
from session_inspector.inspector.key.views import key
from session_inspector.inspector.ladder.views import message
from session_inspector.inspector.live.views import stream, stream_of_session
from session_inspector.inspector.pages import registered_pages
from session_inspector.inspector.statement import MAX_NAMED
from session_inspector.inspector.visitors.views import name, same

ICON = lazy(static, str)("session_inspector/icon.svg")

urlpatterns = [
    *(path(page.path, page.view, name=page.name) for page in registered_pages()),
    # The same name as the whole ladder's: it is the same tab.
    path("ladder/<int:entry_id>/<int:number>/", message, name="ladder"),
    path("visitors/name/", name, name="name_visitor"),
    path("visitors/same/", same, name="same_visitor"),
    path("exchange/<int:entry_id>/", exchange, name="exchange"),
    re_path(f"^entries/(?P<ids>[0-9]{{1,12}}(,[0-9]{{1,12}}){{0,{MAX_NAMED - 1}}})/$", entries, name="entries"),
    re_path("^journey/(?P<journey>[0-9a-f]{32})/$", journey, name="journey"),
    path("journal.json", journal_json, name="journal_json"),
    path("journal.har", journal_har, name="journal_har"),
    path("key/", key, name="key"),
    path("favicon.ico", RedirectView.as_view(url=ICON)),  # asked for by a page that cannot name it, as JSON
    path("stream/", stream, name="stream"),
    path("stream/session/", stream_of_session, name="stream_of_session"),
]
