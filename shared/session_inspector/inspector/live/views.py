import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, StreamingHttpResponse
from django.views.decorators.http import require_GET

from session_inspector.configuration import configuration
from session_inspector.inspector.live.stream import EndOfSession, News, Subject, events_of
from session_inspector.inspector.live.watch import watch
from session_inspector.inspector.viewer import viewer
from session_inspector.journal.participants import participants

COME_AGAIN = 5  # seconds
NO_MORE: Mapping[str, str] = {}


@require_GET  # with HEAD nothing would be written, and so nobody noticed that the listener has left
def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """News until the listener leaves. It names the state that it has seen, as the page or the last event told it.

    ``Sec-Fetch-Site`` comes over https and on loopback names only; ``Origin`` comes with every stream that a page of
    another origin opens (Fetch, section 3.2).
    """
    headers, own = request.headers, configuration().inspector
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or headers.get("Origin", own) != own:
        return HttpResponseForbidden("Only pages of the inspector listen here.\n", "text/plain")
    seen = request.headers.get("Last-Event-ID") or request.GET.get("seen", "")
    return streamed(News(viewer(), seen))


@require_GET
def stream_of_session(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """For an open page of a participant: that the session of its cookie was ended, and by whom."""
    origin, fingerprint = request.headers.get("Origin", ""), request.GET.get("fingerprint", "")
    server = next((one for one in participants() if one.origin == origin), None)
    if server is None:
        said = "Only pages of the servers that are watched listen here.\n"
        return HttpResponseForbidden(said, "text/plain", headers={"Vary": "Origin"})
    if not re.fullmatch("[0-9a-f]{16}", fingerprint):
        return HttpResponseBadRequest("fingerprint must be that of a session key.\n", "text/plain")
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return streamed(EndOfSession(viewer(), server, fingerprint), headers)


def streamed(subject: Subject, headers: Mapping[str, str] = NO_MORE) -> HttpResponse | StreamingHttpResponse:
    """Where too many listen, when to come again (RFC 9110, 15.6.4): a page asks by itself until then."""
    headers = {"Cache-Control": "no-store", **headers}
    if watch.is_full:
        said = "So many pages listen that there is no place for another.\n"
        return HttpResponse(said, "text/plain", status=503, headers={**headers, "Retry-After": str(COME_AGAIN)})
    return StreamingHttpResponse(events_of(subject), content_type="text/event-stream", headers=headers)
