from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from session_inspector.inspector.decorators import on_loopback_only
from session_inspector.inspector.paste.kinds import read
from session_inspector.inspector.paste.reading import Reading
from session_inspector.inspector.paste.upload import MAX_PASTED, drop_body, is_too_large, pasted_text


@on_loopback_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """What is pasted comes in the body alone, and no answer has more of it than what may be shown."""
    if request.method != "POST":
        return page(request)
    if is_too_large(request):
        drop_body(request)
        return page(request, is_too_large=True, status=413)
    if request.content_type != "multipart/form-data":  # what the form sends; to decode another is dear
        return page(request, status=415)
    return page(request, read(pasted_text(request), request.POST.get("address", "")).cut())


def page(
    request: HttpRequest, reading: Reading | None = None, *, is_too_large: bool = False, status: int = 200
) -> HttpResponse:
    shown = {"reading": reading, "is_too_large": is_too_large, "most": MAX_PASTED // 1024**2}
    return render(request, "session_inspector/inspector/paste.html", shown, status=status)
