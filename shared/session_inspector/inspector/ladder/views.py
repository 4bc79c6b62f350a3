import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from session_inspector.inspector.decorators import about_visitor
from session_inspector.inspector.ladder import sentences
from session_inspector.inspector.ladder.clicks import clicks_of
from session_inspector.inspector.ladder.filters import filter_in
from session_inspector.inspector.ladder.message_sentences import of_message, title_of
from session_inspector.inspector.ladder.messages import messages_in
from session_inspector.inspector.ladder.steps import click_of, ladder_of, newest_sign_in, part_with, sign_in_with
from session_inspector.inspector.observed.queries import END, with_id
from session_inspector.inspector.observed.visitor import Visitor, described
from session_inspector.inspector.seen import Seen, number_in, seen_by
from session_inspector.journal.participants import lanes
from session_inspector.journal.schema import Entry

# A fifth of the news. To a browser one line break says the same: no text that keeps its spaces is among them.
INDENTED = re.compile(rb"\n\s+")
MAX_BEFORE = 2  # messages above the one that is stepped to, so that it is in the first screen


@require_safe
@about_visitor
def ladder(request: HttpRequest, seen: Seen) -> HttpResponse:
    """The newest part, or with ``?before=ID`` the part that ends before that entry.

    ``?after=STATE`` is asked by a page that has everything up to that state of the journal: the answer has the clicks
    that are new or changed since, and of the others only their places. ``?entry=ID`` opens the click that has it.
    """
    before, after = number_in(request, "before"), request.GET.get("after", "")
    ladder = ladder_of(seen.visitor, END if before is None else before)
    chosen = filter_in(request)
    sign_in = chosen.sign_in or newest_sign_in(ladder)
    shown = {
        "is_news": bool(after),
        "seen": seen,
        "ladder": ladder,
        "filter": chosen,
        "sign_in": sign_in,
        "sign_in_click": click_of(sign_in, ladder),
        "clicks": clicks_of(ladder, chosen, after, number_in(request, "entry")),
        "lanes": lanes(),
        "sentence": sentences.of_newest(ladder, is_newest="before" not in request.GET),
    }
    response = render(request, "session_inspector/inspector/ladder.html", shown)
    if after:
        response.content = INDENTED.sub(b"\n", response.content)
    return response


@require_safe
def message(request: HttpRequest, entry_id: int, number: int) -> HttpResponse:
    """One message of the sign-in, or of the click, that an entry is part of; they are counted from 1."""
    seen = seen_by(request)
    entry = with_id(entry_id) if entry_id < END else None
    messages = messages_in(sign_in_with(entry, owner_of(entry, seen.visitor))) if entry else []
    if entry is None or not 1 <= number <= len(messages):
        raise Http404
    one = messages[number - 1]
    shown = {
        "seen": seen,
        "entry": entry,
        "part": part_with(entry),
        "total": len(messages),
        "before": messages[max(number - 1 - MAX_BEFORE, 0) : number - 1],
        "message": one,
        "after": messages[number:],
        "number": number,
        "title": title_of(messages),
        "sentence": of_message(one),
        "lanes": one.step.lanes,
    }
    return render(request, "session_inspector/inspector/message_page.html", shown)


def owner_of(entry: Entry, seen: Visitor) -> Visitor:
    """Whose ladder shows that entry: the visitor whom the page would show, unless it is certainly another's."""
    return seen if entry.visitor in ("", *seen.names) else described([entry.visitor], seen.agent)[0]
