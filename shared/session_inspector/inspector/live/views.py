import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, StreamingHttpResponse
from django.views.decorators.http import require_GET

from session_inspector.configuration import configuration
from session_inspector.inspector.live.stream import end_of, heard, news
from session_inspector.journal.participants import participants


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
    return streamed(news(seen))


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
    return streamed(end_of(server, fingerprint), {"Access-Control-Allow-Origin": origin, "Vary": "Origin"})


def streamed(events: Iterator[str], headers: dict[str, str] | None = None) -> StreamingHttpResponse:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return StreamingHttpResponse(heard(events), content_type="text/event-stream", headers=headers)
