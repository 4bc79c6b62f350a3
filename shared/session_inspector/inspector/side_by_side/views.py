from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.side_by_side import sentences
from session_inspector.inspector.side_by_side.matrix import matrix_of


@require_safe
def side_by_side(request: HttpRequest) -> HttpResponse:
    seen = seen_by(request)
    shown = {
        "seen": seen,
        "sentence": sentences.of_columns(seen.columns),
        "lead": f"{sentences.of_people(seen.columns)} {sentences.of_password(seen.columns)}",
        "matrix": matrix_of(seen.columns),
        "are_apart": len({column.server.host for column in seen.columns}) == len(seen.columns),
    }
    return render(request, "session_inspector/inspector/side_by_side.html", shown)
