"""The pages of the inspector."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from shared.explain.places import CALLBACK
from shared.inspector import sentences
from shared.inspector.board import expected_of, trial_of
from shared.inspector.column import column_of, person_of, where_to_sign_in
from shared.inspector.compare import compared
from shared.inspector.exchange import MOST_OF_JOURNEY, exchange_of
from shared.inspector.har import har_of
from shared.inspector.ladder import LANES, ladder_of, part_with
from shared.inspector.matrix import matrix_of
from shared.inspector.path import path_of
from shared.inspector.recorded import (
    MOST,
    after,
    is_of_browser,
    newest,
    newest_at_all,
    newest_id,
    of_journey,
    state_of_journal,
    with_id,
)
from shared.inspector.stream import end_of, heard, news
from shared.inspector.visitors import chosen_visitor, visitors_known
from shared.inspector.ways import WAYS, way_named
from shared.journal.models import Entry
from shared.servers import SERVERS

EXPORTED = 1000  # entries at once


def seen_by(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: whose traffic it is, and whom each server would recognise."""
    state, now = state_of_journal(), timezone.now()  # before all else: what comes meanwhile is news
    known = visitors_known(request)
    visitor = chosen_visitor(request, known)
    columns = [column_of(visitor, server, now) for server in SERVERS]
    return {
        "state": state,
        "now": now,
        "is_off": not settings.RECORDING,
        "visitor": visitor,
        "known": known,
        "others": [one for one in known if one.name not in (visitor.name, *visitor.loose)],
        "is_gone": "visitor" in request.GET and not visitor.last,
        "is_empty": not any(column.last for column in columns),
        "columns": columns,
        "path": path_of(columns),
    }


@require_safe
def side_by_side(request: HttpRequest) -> HttpResponse:
    seen = seen_by(request)
    columns = seen["columns"]
    said = {
        "sentence": sentences.of_columns(columns),
        "lead": f"{sentences.of_people(columns)} {sentences.of_password(columns)}",
    }
    return render(request, "inspector/side_by_side.html", {**seen, **said, "matrix": matrix_of(columns)})


@require_safe
def ladder(request: HttpRequest) -> HttpResponse:
    seen = seen_by(request)
    shown = ladder_of(seen["visitor"], asked_before(request))
    sentence = sentences.of_ladder(shown, is_newest="before" not in request.GET)
    return render(request, "inspector/ladder.html", {**seen, "ladder": shown, "lanes": LANES, "sentence": sentence})


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every way to leave; with ``?way=NAME&since=ID``, what became of it when one tried."""
    seen = seen_by(request)
    columns, newest = seen["columns"], newest_id()
    way, since = way_named(request.GET.get("way", "")), number_in(request, "since")
    is_asked = "way" in request.GET or "since" in request.GET
    is_refused = is_asked and (way is None or since is None or since > newest)
    trial = trial_of(way, seen["visitor"], since) if is_asked and not is_refused else None
    person = person_of(columns)
    said = {
        "sentence": sentences.of_trial(trial) if trial else sentences.of_ways(),
        "lead": sentences.of_people(columns),
        "rows": [(one, trial.cells if trial and one == way else expected_of(one)) for one in WAYS],
        "trial": trial,
        "newest": newest,
        "name": person or "you",
        "person": shlex.quote(person or "alice"),
        "unknown": [] if trial and trial.is_under_way else where_to_sign_in(columns),
        "is_refused": is_refused,
    }
    return render(request, "inspector/board.html", {**seen, **said}, status=400 if is_refused else 200)


def asked_before(request: HttpRequest) -> int:
    """The id before which the ladder ends; beyond every id where the address names none."""
    asked = number_in(request, "before")
    return MOST if asked is None else asked


def number_in(request: HttpRequest, name: str) -> int | None:
    """The id of an entry that the address gives under that name, if that can be one."""
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 13 else None


@require_safe
def exchange(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = with_id(entry_id) if entry_id < MOST else None
    if entry is None:
        raise Http404
    opened = exchange_of(entry)
    part = part_with(opened["rung"].entry)
    return render(request, "inspector/exchange_page.html", {**seen_by(request), **opened, "part": part})


@require_safe
def journey(request: HttpRequest, journey: str) -> HttpResponse:
    """Where the pages of a site lead to that say why a sign-in failed: the exchange in which it came back.

    The ladder, where that is not recorded.
    """
    found = next((entry for entry in of_journey(journey, MOST_OF_JOURNEY) if is_callback(entry)), None)
    return redirect("exchange", found.pk) if found else redirect("ladder")


def is_callback(entry: Entry) -> bool:
    return is_of_browser(entry) and entry.content["path"] == CALLBACK


@require_safe
def visitors(request: HttpRequest) -> HttpResponse:
    seen = seen_by(request)
    return render(request, "inspector/visitors.html", {**seen, **compared(seen["known"], seen["now"])})


@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    return render(request, "inspector/path.html", seen_by(request))


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    return render(request, "inspector/export.html", {**seen_by(request), "most": EXPORTED})


@require_safe
def journal_json(request: HttpRequest) -> HttpResponse:
    """``{"entries": [...], "next": address or null}``: the entries after an id, the oldest first."""
    asked = number_in(request, "after") if "after" in request.GET else 0
    if asked is None:
        return HttpResponseBadRequest("after must be the id of an entry: /journal.json?after=120\n", "text/plain")
    found = after(asked, EXPORTED)
    more = f"{request.path}?after={found[-1].pk}" if len(found) == EXPORTED else None
    return JsonResponse({"entries": [as_data(entry) for entry in found], "next": more})


def as_data(entry: Entry) -> dict[str, Any]:
    names = ("id", "at", "server", "kind", "journey", "jar", "visitor", "sent_key", "set_key", "csrf", "content")
    return {name: getattr(entry, name) for name in names}


@require_safe
def journal_har(request: HttpRequest) -> HttpResponse:
    """The newest exchanges, of one visitor if the address names one."""
    name = request.GET.get("visitor", "")[:32]
    found = newest_at_all(name, EXPORTED) if name else newest(EXPORTED)
    return JsonResponse(har_of(found), headers={"Content-Disposition": 'attachment; filename="session-lab.har"'})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start_over(request: HttpRequest) -> HttpResponse:
    """Ask, then empty the journal. Sessions and cookies are the servers' own: a page of each of them forgets those."""
    if request.method == "POST":
        Entry.objects.all().delete()
        return redirect("side_by_side")
    return render(request, "inspector/start_over.html", {"first": SERVERS[0]})


@require_GET  # with HEAD nothing would be written, and so nobody noticed that the listener has left
def stream(request: HttpRequest) -> HttpResponse:
    """News until the listener leaves. It names the state that it has seen, as the page or the last event told it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return HttpResponseForbidden("Only pages of the inspector listen here.\n", "text/plain")
    seen = request.headers.get("Last-Event-ID") or request.GET.get("seen", "")
    return streamed(news(seen))


@require_GET
def stream_of_session(request: HttpRequest) -> HttpResponse:
    """For an open page of one of the three servers: that the session of its cookie was ended, and by whom."""
    origin, key = request.headers.get("Origin", ""), request.GET.get("of", "")
    server = next((server for server in SERVERS if server.origin == origin), None)
    if server is None:
        said = "Only pages of the three servers listen here.\n"
        return HttpResponseForbidden(said, "text/plain", headers={"Vary": "Origin"})
    if not re.fullmatch("[0-9a-f]{16}", key):
        return HttpResponseBadRequest("of must be the fingerprint of a session key.\n", "text/plain")
    return streamed(end_of(server, key), {"Access-Control-Allow-Origin": origin, "Vary": "Origin"})


def streamed(events: Iterator[str], headers: dict[str, str] | None = None) -> StreamingHttpResponse:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return StreamingHttpResponse(heard(events), content_type="text/event-stream", headers=headers)
