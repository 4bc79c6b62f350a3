from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from session_inspector.configuration import configuration
from session_inspector.inspector.decorators import for_anybody
from session_inspector.inspector.key import tries
from session_inspector.inspector.key.cookie import drop, has_key, is_key, keep


@for_anybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """Enter the key, or forget it. There is no such page where there is no key."""
    if not configuration().key:
        raise Http404
    if request.method != "POST":
        return page(request)
    if "forget" in request.POST:
        return drop(request, redirect("key"))
    if tries.are_too_many(request):
        response = page(request, f"Too many wrong keys. Wait {tries.PERIOD} seconds.", 429)
        response.headers["Retry-After"] = str(tries.PERIOD)
        return response
    if not is_key(request.POST.get("key", "").strip()):
        tries.note_wrong(request)
        return page(request, "That is not the key.", 403)
    return keep(request, redirect("side_by_side"))


def page(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponse:
    shown = {"refused": refused, "has_key": has_key(request)}
    return render(request, "session_inspector/inspector/key.html", shown, status=status)
