from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.decorators import about_visitor
from session_inspector.inspector.ladder import sentences
from session_inspector.inspector.ladder.steps import ladder_of
from session_inspector.inspector.observed.queries import END
from session_inspector.inspector.seen import Seen, number_in
from session_inspector.journal.participants import lanes


@require_safe
@about_visitor
def ladder(request: HttpRequest, seen: Seen) -> HttpResponse:
    """The newest part, or with ``?before=ID`` the part that ends before that entry."""
    before = number_in(request, "before")
    ladder = ladder_of(seen.visitor, END if before is None else before)
    sentence = sentences.of_ladder(ladder, is_newest="before" not in request.GET)
    shown = {"seen": seen, "ladder": ladder, "lanes": lanes(), "sentence": sentence}
    return render(request, "session_inspector/inspector/ladder.html", shown)
