"""When a view may answer: else another page stands in its place."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from session_inspector.configuration import configuration
from session_inspector.inspector.paste.place import place_of
from session_inspector.inspector.seen import Seen, seen_by
from session_inspector.inspector.views import not_here, recorder_off, which_are_you


def for_anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page that shows nothing of any visitor: also who may see nobody's entries gets it."""
    vars(view)["is_for_anybody"] = True
    return view


def concerning_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page whose form changes something for all visitors: only who sees all may send it."""
    vars(view)["is_concerning_all"] = True
    return view


def is_on_loopback() -> bool:
    """Whether only browsers on this machine come here, as the inspector's address says. A class has a published one."""
    place = place_of(configuration().inspector)
    return place is not None and place.is_loopback and not configuration().own_only


def on_loopback_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For a page that may say that nothing leaves the machine. Elsewhere it has no tab, and another says why."""

    @wraps(view)
    def show_or_refuse(request: HttpRequest) -> HttpResponse:
        return view(request) if is_on_loopback() else not_here(request)

    vars(show_or_refuse)["is_on_loopback_only"] = True
    return show_or_refuse


def about_visitor(view: Callable[[HttpRequest, Seen], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For a page about one visitor: where two may be meant, it asks which before it says anything."""

    @wraps(view)
    def ask_or_show(request: HttpRequest) -> HttpResponse:
        seen = seen_by(request)
        return which_are_you(request, seen) if seen.candidates else view(request, seen)

    return ask_or_show


def about_now(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page about what is so now: while nothing is recorded, nobody knows."""

    @wraps(view)
    def show_if_recording(request: HttpRequest, **of_address: Any) -> HttpResponse:
        is_on = configuration().is_recording
        return view(request, **of_address) if is_on else recorder_off(request, seen_by(request))

    return show_if_recording
