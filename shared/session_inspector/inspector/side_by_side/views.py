from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.decorators import about_now, about_visitor
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.seen import Seen
from session_inspector.inspector.side_by_side import sentences
from session_inspector.inspector.side_by_side.matrix import matrix_of


def are_apart(columns: list[Column]) -> bool:
    """Whether host names keep the cookies of these servers apart, as far as was seen."""
    hosts = {column.server.host for column in columns}
    has_domain = any("domain" in column.server.attributes for column in columns)
    return len(hosts) == len(columns) and not has_domain and not sentences.went_to_another(columns)


@require_safe
@about_now
@about_visitor
def side_by_side(request: HttpRequest, seen: Seen) -> HttpResponse:
    shown = {
        "seen": seen,
        "sentence": sentences.of_people(seen.columns),
        "lead": list(filter(None, [sentences.of_columns(seen.columns), sentences.of_password(seen.columns)])),
        "matrix": matrix_of(seen.columns),
        "are_apart": are_apart(seen.columns),
    }
    return render(request, "session_inspector/inspector/side_by_side.html", shown)
