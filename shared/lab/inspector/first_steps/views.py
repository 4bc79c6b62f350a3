from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from lab.inspector.first_steps.steps import progress_of
from lab.inspector.first_steps.traffic import CLOSED, traffic_of
from session_inspector.inspector.decorators import about_now, about_visitor
from session_inspector.inspector.observed.visitor import recent_visitors
from session_inspector.inspector.seen import Seen
from session_inspector.journal.said import say
from session_inspector.journal.visitor_names import present_name


@require_safe
@about_now
@about_visitor
def first_steps(request: HttpRequest, seen: Seen) -> HttpResponse:
    progress = progress_of(traffic_of(seen.visitor, seen.columns))
    return render(request, "lab_inspector/first_steps.html", {"seen": seen, "progress": progress})


@require_POST
def closed(request: HttpRequest) -> HttpResponse:
    """Somebody says that the browser of a visitor was closed: kept in the journal, since there is no cookie here."""
    visitor = present_name(request.POST.get("visitor", "")[:32])
    if visitor in {one.name for one in recent_visitors(request)}:
        say(visitor, CLOSED, timezone.now())
    return redirect(f"{reverse('first_steps')}?{urlencode({'visitor': visitor})}")
