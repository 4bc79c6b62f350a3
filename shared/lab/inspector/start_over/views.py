from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lab import runs
from lab.servers import SERVERS
from lab.web.start_over import EMPTY, SCENARIO, sends_itself, what_then
from session_inspector.journal.queries import empty


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start_over(request: HttpRequest) -> HttpResponse:
    """Ask, then empty the journal. Sessions and cookies are the servers' own: a page of each of them forgets those."""
    if request.method == "POST":
        empty()
        return redirect("side_by_side")
    if what_then(request) == SCENARIO:
        run = runs.current()
        return redirect("scenarios") if run.is_usual else redirect("stage", run.scenario, run.stage)
    shown = {
        "first": SERVERS[0],
        "is_forgotten": "forgotten" in request.GET,
        "is_to_be_emptied": what_then(request) == EMPTY,
        "sends_itself": what_then(request) == EMPTY and sends_itself(request),
    }
    return render(request, "lab_inspector/start_over.html", shown)
