from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.devtools.browsers import BROWSERS
from session_inspector.inspector.devtools.columns import rows_for, shared_hosts
from session_inspector.inspector.seen import seen_by
from session_inspector.journal.participants import participants


@require_safe
def devtools(request: HttpRequest) -> HttpResponse:
    there = [one for one in participants() if one.session_cookie]
    seen = seen_by(request)
    cookies = {one.server.name: one.session_cookie for one in seen.columns if one.session_cookie and not one.is_guess}
    shown = {
        "seen": seen,
        "participants": there,
        "rows": rows_for(there, cookies),
        "shared_hosts": shared_hosts(there),
        "browsers": BROWSERS,
    }
    return render(request, "session_inspector/inspector/devtools.html", shown)
