import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.export.har import har_of
from session_inspector.inspector.observed.queries import after, newest, newest_at_all
from session_inspector.inspector.seen import number_in, seen_by
from session_inspector.journal.queries import noting_what_is_unreadable
from session_inspector.journal.schema import COLUMNS, Entry, as_row

MAX_EXPORTED = 1000  # entries at once


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    shown = {"seen": seen_by(request), "most": MAX_EXPORTED}
    return render(request, "session_inspector/inspector/export.html", shown)


@require_safe
def journal_json(request: HttpRequest) -> HttpResponse:
    """``{"entries": [...], "unreadable": [id, ...], "next": address or null}``: those after an id, the oldest first.

    The address is without a private name: whoever is given what it answers has not been given that.
    """
    asked = number_in(request, "after") if "after" in request.GET else 0
    if asked is None:
        return HttpResponseBadRequest("after must be the id of an entry: /journal.json?after=120\n", "text/plain")
    with noting_what_is_unreadable() as unreadable:
        found = after(asked, MAX_EXPORTED)
    last = max([*unreadable, *(entry.id for entry in found)], default=asked)
    is_all = len(found) + len(unreadable) < MAX_EXPORTED
    return JsonResponse(
        {
            "entries": [as_data(entry) for entry in found],
            "unreadable": sorted(unreadable),
            "next": None if is_all else f"{request.path_info}?after={last}",
        }
    )


def as_data(entry: Entry) -> dict[str, Any]:
    """As the journal's table holds it, its time with its zone."""
    row = dict(zip(COLUMNS, as_row(entry), strict=True))
    return {"id": entry.id, **row, "at": entry.at, "content": json.loads(row["content"])}


@require_safe
def journal_har(request: HttpRequest) -> HttpResponse:
    """The newest exchanges, of one visitor if the address names one."""
    name = request.GET.get("visitor", "")[:32]
    with noting_what_is_unreadable() as unreadable:
        found = newest_at_all(name, MAX_EXPORTED) if name else newest(MAX_EXPORTED)
    return JsonResponse(
        har_of(found, len(unreadable)), headers={"Content-Disposition": 'attachment; filename="session-inspector.har"'}
    )
