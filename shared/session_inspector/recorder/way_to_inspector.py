"""The one address that the recorder answers itself: it leads to the inspector, as the visitor whose browser asks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from session_inspector.configuration import configuration
from session_inspector.inspector_address import page_for
from session_inspector.journal.attribution import known_by_its_cookies
from session_inspector.recorder.exchange import Noted, entry_of
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.session_snapshot import row_before

PATH = "/__session_inspector__/"


def leads_to_inspector(request: HttpRequest) -> bool:
    return request.path_info == PATH and settings.DEBUG and configuration().is_recording


def to_inspector(request: HttpRequest) -> HttpResponse:
    """Of a browser that the journal does not know, to the inspector's first page."""
    return HttpResponseRedirect(page_for(never_raise(jar_of, request)) or f"{configuration().inspector}/")


def jar_of(request: HttpRequest) -> str:
    """Whose the request is, as if it were recorded; it is not."""
    row = row_before(request)
    return known_by_its_cookies(entry_of(request, HttpResponse(), row, row, Noted(), timezone.now(), 0)).jar
