from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.visitors.comparison import compared


@require_safe
def visitors(request: HttpRequest) -> HttpResponse:
    seen = seen_by(request)
    shown = {"seen": seen, **compared(seen)}
    return render(request, "session_inspector/inspector/visitors.html", shown)
