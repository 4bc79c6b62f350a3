from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lab import runs
from lab.servers import SERVERS
from lab.web.start_over import EMPTY, KEEP, SCENARIO, first_on_the_way, sends_itself, what_then
from session_inspector.inspector.viewer import forget_what_is_seen, viewer


@csp_update({"form-action": [SERVERS[0].origin]})  # browsers check where a form's answer leads to
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start_over(request: HttpRequest) -> HttpResponse:
    """Ask, then empty the journal. Sessions and cookies are the servers' own: a page of each of them forgets those.

    Whoever may see one visitor only empties the journal of that one first, and then goes to the servers: none of them
    knows the way back to the private address.
    """
    if request.method == "POST":
        forget_what_is_seen()
        return redirect("side_by_side") if viewer().sees_all else first_on_the_way(KEEP)
    if what_then(request) == SCENARIO:
        run = runs.current()
        return redirect("scenarios") if run.is_usual else redirect("stage", run.scenario, run.stage)
    shown = {
        "first": SERVERS[0],
        "sees_all": viewer().sees_all,
        "is_forgotten": "forgotten" in request.GET,
        "is_to_be_emptied": what_then(request) == EMPTY,
        "sends_itself": what_then(request) == EMPTY and sends_itself(request),
    }
    return render(request, "lab_inspector/start_over.html", shown)
