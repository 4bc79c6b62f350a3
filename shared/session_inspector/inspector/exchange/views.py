from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from session_inspector.explain.endpoints import endpoint_of
from session_inspector.inspector.exchange.messages import MAX_OF_JOURNEY, detail_of
from session_inspector.inspector.ladder.steps import part_with
from session_inspector.inspector.observed.queries import END, is_of_browser, of_journey, with_id
from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.statement import RULES, Rule
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Entry, OfNoMessage


def shown_with(entry_id: int) -> Entry | None:
    """The entry with that id, if there is one that pages show: rows that one command deleted together have none."""
    entry = with_id(entry_id) if entry_id < END else None
    return None if entry is None or isinstance(entry.record, OfNoMessage) else entry


@require_safe
def exchange(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = shown_with(entry_id)
    if entry is None:
        raise Http404
    detail = detail_of(entry)
    rung = detail.rung
    shown = {"seen": seen_by(request), "detail": detail, "rung": rung, "part": part_with(rung.entry)}
    return render(request, "session_inspector/inspector/exchange_page.html", shown)


@require_safe
def entries(request: HttpRequest, ids: str) -> HttpResponse:
    """What a statement rests on: the entries that the address names, and the rule."""
    asked = [int(one) for one in ids.split(",")]
    found = [detail_of(entry) for one in asked if (entry := shown_with(one))]
    named = request.GET.get("rule", "")
    rule = RULES[Rule(named)] if named in set(Rule) else ""
    shown = {"seen": seen_by(request), "found": found, "missing": len(asked) - len(found), "rule": rule}
    return render(request, "session_inspector/inspector/entries.html", shown, status=200 if found else 404)


@require_safe
def journey(request: HttpRequest, journey: str) -> HttpResponse:
    """Where the pages lead to that say why a sign-in failed: the exchange in which it came back to the site.

    Where it did not come back, the newest of it; the ladder, where none is recorded.
    """
    of_browser = [entry for entry in of_journey(journey, MAX_OF_JOURNEY) if is_of_browser(entry)]  # newest first
    found = next(filter(is_callback, of_browser), of_browser[0] if of_browser else None)
    return redirect("exchange", found.id) if found else redirect("ladder")


def is_callback(entry: Entry) -> bool:
    return endpoint_of(writer_of(entry), entry.exchange) == "callback"
