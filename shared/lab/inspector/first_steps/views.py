from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lab.inspector.first_steps.steps import progress_of
from session_inspector.inspector.decorators import about_now, about_visitor
from session_inspector.inspector.seen import Seen


@require_safe
@about_now
@about_visitor
def first_steps(request: HttpRequest, seen: Seen) -> HttpResponse:
    return render(request, "lab_inspector/first_steps.html", {"seen": seen, "progress": progress_of(seen.columns)})
