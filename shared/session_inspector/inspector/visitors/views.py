from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from session_inspector.inspector.decorators import about_now
from session_inspector.inspector.observed.visitor import MAX_SHOWN, recent_visitors
from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.visitors.comparison import compared
from session_inspector.journal.attribution import merge_visitors
from session_inspector.journal.joins import Why
from session_inspector.journal.visitor_names import name_visitor, present_name

MAX_OWN_NAME = 40  # characters of a name of one's own


@require_safe
@about_now
def visitors(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, refused: str = "") -> HttpResponse:
    seen = seen_by(request)
    shown = {"seen": seen, "refused": refused, "max_name": MAX_OWN_NAME, "comparison": compared(seen)}
    return render(request, "session_inspector/inspector/visitors.html", shown, status=400 if refused else 200)


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Give one of the visitors a name of one's own; an empty one takes it away."""
    names, said = names_in_form(request), " ".join(request.POST.get("name", "").split())
    if not names:
        return page(request, "Nothing is recorded of that visitor. Choose one of those below.")
    if len(said) > MAX_OWN_NAME or not said.isprintable():
        return page(request, f"A name has at most {MAX_OWN_NAME} characters, all of them visible.")
    name_visitor(names[0], said)
    return redirect("visitors")


@require_POST
def same(request: HttpRequest) -> HttpResponse:
    """Take two or more visitors for one: because somebody says so, or because links led the same browser here."""
    names = names_in_form(request)
    if len(names) < 2:
        return page(request, "Only two recorded visitors can be joined. Choose two of those below.")
    why = Why.LINK if request.POST.get("why") == Why.LINK else Why.SAID
    merged = names[0]
    for other in names[1:]:
        merged = merge_visitors(merged, other, why, timezone.now())
    return redirect(f"{reverse('side_by_side')}?{urlencode({'visitor': merged})}")


def names_in_form(request: HttpRequest) -> list[str]:
    """Of the visitors that the form names, if something is recorded of them lately."""
    recent = {one.name for one in recent_visitors(request)}
    asked = dict.fromkeys(present_name(name[:32]) for name in request.POST.getlist("visitor")[:MAX_SHOWN])
    return [name for name in asked if name in recent]
