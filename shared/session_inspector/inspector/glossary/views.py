from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.decorators import for_anybody
from session_inspector.inspector.glossary.terms import TERMS, Term
from session_inspector.inspector.seen import seen_by

COLUMNS = 3  # lists of their own: what one opens moves nothing in the next


@for_anybody
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    shown = {"seen": seen_by(request), "columns": in_columns(TERMS)}
    return render(request, "session_inspector/inspector/glossary.html", shown)


def in_columns(terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    """In their order from top to bottom, then to the right."""
    height = -(-len(terms) // COLUMNS)
    return [terms[n : n + height] for n in range(0, len(terms), height)]
