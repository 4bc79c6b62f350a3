import shlex

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lab.inspector.leaving import sentences
from lab.inspector.leaving.trial import expected_of, trial_of, where_to_sign_in
from lab.inspector.leaving.ways import WAYS, way_named
from session_inspector.inspector.decorators import about_now, about_visitor
from session_inspector.inspector.observed.server_state import newest_person_of
from session_inspector.inspector.seen import Seen, number_in
from session_inspector.inspector.side_by_side.sentences import of_people
from session_inspector.journal.queries import last_id


@require_safe
@about_now
@about_visitor
def leaving(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Every way to leave; with ``?way=NAME&since=ID``, what became of it when one tried."""
    newest = last_id()
    way, since = way_named(request.GET.get("way", "")), number_in(request, "since")
    is_asked = "way" in request.GET or "since" in request.GET
    is_refused = is_asked and (way is None or since is None or since > newest)
    trial = None if way is None or since is None or is_refused else trial_of(way, seen.visitor, since)
    person = newest_person_of(seen.columns)
    shown = {
        "seen": seen,
        "sentence": sentences.of_trial(trial) if trial else sentences.of_ways(),
        "lead": of_people(seen.columns),
        "rows": [(one, trial.cells if trial and one == way else expected_of(one)) for one in WAYS],
        "trial": trial,
        "of_others": [column.server.title for column in seen.columns if trial and trial.hangs_on_another(column)],
        "newest": newest,
        "name": person or "you",
        "person": shlex.quote(person or "alice"),
        "unknown": [] if trial and trial.is_under_way else where_to_sign_in(seen.columns),
        "is_refused": is_refused,
    }
    return render(request, "lab_inspector/leaving.html", shown, status=400 if is_refused else 200)
